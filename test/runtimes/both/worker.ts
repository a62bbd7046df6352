/** The real Worker, for a test in another process: its clock is the test's, and its alarms wait until the test runs them. */
import type { Env } from "../../../src/runtimes/workers/env.ts";
import { PortalObject as Real } from "../../../src/runtimes/workers/portal-object.ts";
import worker from "../../../src/runtimes/workers.ts";

export { RegistryObject } from "../../../src/runtimes/workers/registry-object.ts";

let now = 0;
Date.now = () => now;

export class PortalObject extends Real {
  alarmAt(): Promise<number | null> {
    return this.ctx.storage.getAlarm();
  }

  async turnNow(): Promise<void> {
    await this.ctx.storage.deleteAlarm();
    await this.alarm();
  }

  waiting(): number {
    return this.ctx.storage.sql.exec("select 1 from sqlite_master where name = 'hint'").toArray().length === 0
      ? 0
      : this.ctx.storage.sql.exec("select 1 from hint").toArray().length;
  }
}

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    now = Number(request.headers.get("x-test-now"));
    const [, first, method, id = ""] = new URL(request.url).pathname.split("/");
    if (first !== "test") return worker.fetch(request as never, env);
    const object = env.PORTAL.getByName(id) as unknown as Record<string, () => Promise<unknown>>;
    return Response.json((await object[method!]!()) ?? null);
  },
};
