// How times, spans and numbers are written: local zone for reading, UTC for the record.

const clock = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hour12: false,
});
const two = (value: number) => String(value).padStart(2, '0');
const dayOf = (date: Date) => `${two(date.getMonth() + 1)}-${two(date.getDate())}`;

/** The time of day; before it the day unless that is today, and the year unless it is this one. */
export function localTime(iso: string, now = new Date()): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return '';
  const time = clock.format(date);
  if (date.getFullYear() !== now.getFullYear()) {
    return `${date.getFullYear()}-${dayOf(date)} ${time}`;
  }
  return dayOf(date) === dayOf(now) ? time : `${dayOf(date)} ${time}`;
}

/** Time of day with microseconds, for packets: the fraction comes from the text, a Date keeps only ms. */
export function packetTime(iso: string): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return '';
  const fraction = /\.(\d{1,9})/.exec(iso)?.[1] ?? '';
  return `${clock.format(date)}.${fraction.padEnd(6, '0').slice(0, 6)}`;
}

/** "2024-03-01 10:02:11 UTC", for tooltips and the record. */
export function utcTime(iso: string): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return '';
  return `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** "72 s", "3 h 12 min", "2 d 4 h"; never negative. */
export function span(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 120) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  const days = Math.floor(hours / 24);
  return hours % 24 === 0 ? `${days} d` : `${days} d ${hours % 24} h`;
}

/** "1.2 ms", "3 s", "2 min": a measured time, which may be far below a second. */
export function measured(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds < 0) return '';
  if (seconds >= 120) return span(seconds);
  const units = ['s', 'ms', 'µs', 'ns'];
  let unit = 0;
  while (seconds > 0 && seconds < 1 && unit < units.length - 1) {
    seconds *= 1000;
    unit += 1;
  }
  return `${Number(seconds.toPrecision(3))} ${units[unit]}`;
}

/** Digits in groups of three by a narrow space, the same in every language. */
export function grouped(value: number): string {
  return String(Math.trunc(value)).replace(/\B(?=(\d{3})+(?!\d))/g, '\u202f');
}

/** "1.4 MB", in decimal units. */
export function bytes(value: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(value < 10 ? 1 : 0)} ${units[unit]}`;
}
