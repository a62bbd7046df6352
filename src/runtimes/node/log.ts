import { pino } from "pino";
import type { Log } from "../../ports.ts";

/** Structured lines on standard output; the platform keeps and rotates them. Names of secrets are masked wherever they turn up. */
export function makeLog(level: string): Log {
  const paths = ["accessToken", "refreshToken", "clientSecret", "authorization", "cookie"];
  const logger = pino({
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: [...paths, ...paths.map((name) => `*.${name}`)], censor: "***" },
  });
  return (kind, event, details) => logger[kind]({ event, ...details });
}
