/** The connector as a process of its own, on a clock that runs faster: what the crash test kills. Settings come by the environment. */
import { readConfig } from "../../../src/config.ts";
import { startConnector } from "../../../src/runtimes/node/connector.ts";

const speed = Number(process.env.TEST_SPEED);
const virtualStart = Number(process.env.TEST_VIRTUAL_START);
const realStart = Number(process.env.TEST_REAL_START);
const now = () => virtualStart + Math.round((Date.now() - realStart) * speed);

const log = (level: string, event: string, details: unknown) => {
  if (level !== "info") console.error(JSON.stringify({ level, event, details }));
};
await startConnector({ config: readConfig(process.env), log, now, speed });
console.log("ready");
