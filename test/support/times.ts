/** What every test world agrees on. */
export const PUBLIC_URL = "https://tenure.test";
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
