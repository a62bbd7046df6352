import type { Log } from "../../ports.ts";

const LEVELS = ["debug", "info", "warn", "error", "silent"];
const SECRETS = new Set(["accessToken", "refreshToken", "clientSecret", "authorization", "cookie"]);

/** One line of JSON per event on the console; the platform keeps and rotates them. Names of secrets are masked wherever they turn up. */
export function makeLog(level: string): Log {
  const least = LEVELS.indexOf(level);
  return (kind, event, details) => {
    if (LEVELS.indexOf(kind) < least) return;
    const line = JSON.stringify({ level: kind, time: new Date().toISOString(), event, ...details }, mask);
    console[kind](line);
  };
}

function mask(key: string, value: unknown): unknown {
  return SECRETS.has(key) ? "***" : value;
}
