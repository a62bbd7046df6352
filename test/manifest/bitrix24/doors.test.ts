import { describe, expect, it } from "vitest";
import type { Bitrix24App } from "../../../src/crm/bitrix24/index.ts";
import type { AppDeps } from "../../../src/web/deps.ts";
import { bitrix24Routes } from "../../../src/web/routes/bitrix24.ts";
import { app } from "./app.ts";

const { urls, head } = app();
const routes = bitrix24Routes({} as AppDeps, {} as Bitrix24App);
const below = (path: string) => path.replace(/^\/bitrix24/, "");

describe("Bitrix24's doors as the vendor's form names them", () => {
  it.each(head)("%s answers HEAD with 200, as the moderators' robot wants it", async (path) => {
    const answer = await routes.request(below(path), { method: "HEAD" });
    expect(answer.status).toBe(200);
    expect(await answer.text()).toBe("");
  });

  it("exist, each by the method that Bitrix24 uses", () => {
    const doors = new Set(routes.routes.map(({ method, path }) => `${method} ${path}`));
    const wanted = [
      `POST ${urls.application}`,
      `POST ${urls.installer}`,
      `POST ${urls.installEvent}`,
      `POST ${urls.events}`,
      `POST ${urls.bot}`,
      `POST ${urls.robots.replace("{code}", ":code")}`,
      `GET ${urls.oauthRedirect}`,
    ];
    expect(wanted.map((door) => door.replace("/bitrix24", "")).filter((door) => !doors.has(door))).toEqual([]);
  });
});
