import './style.css';
import './state/theme.svelte';

import { mount } from 'svelte';

import App from './App.svelte';
import { dispatchKey } from './parts/keys';

window.addEventListener('keydown', dispatchKey);

const target = document.getElementById('page');
if (target) mount(App, { target });
