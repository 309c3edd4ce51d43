// What a password must be, told while it is typed. The console decides; it also knows a list of bad ones.

export const minimumLength = 12;

export interface PasswordRule {
  text: string;
  met: boolean;
}

export function passwordRules(user: string, password: string, again: string): PasswordRule[] {
  const name = user.trim().toLowerCase();
  return [
    { text: `At least ${minimumLength} characters`, met: [...password].length >= minimumLength },
    {
      text: 'Does not contain the user name',
      met: password !== '' && (name.length < 3 || !password.toLowerCase().includes(name)),
    },
    { text: 'More than one character over and over', met: new Set(password).size > 1 },
    { text: 'Both entries are the same', met: password !== '' && password === again },
  ];
}
