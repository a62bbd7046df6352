import { describe, expect, it } from "vitest";
import { type Card, type Home, PATHS, type Settings } from "../../../manifest/hubspot/src/app/cards/contract.ts";
import type { HubSpotApp } from "../../../src/crm/hubspot/index.ts";
import type { AppDeps } from "../../../src/web/deps.ts";
import { cardOf, homeOf, settingsOf } from "../../../src/web/hubspot-replies.ts";
import { hubspotFrameRoutes } from "../../../src/web/routes/hubspot-frame.ts";

/** Compared by the compiler: what the server makes is what cards and pages read. */
const MAKERS: {
  card: (...args: Parameters<typeof cardOf>) => Card;
  home: (...args: Parameters<typeof homeOf>) => Home;
  settings: (...args: Parameters<typeof settingsOf>) => Settings;
} = { card: cardOf, home: homeOf, settings: settingsOf };

describe("what cards and pages inside HubSpot ask", () => {
  it("is asked at doors that the server has, by the method it takes", () => {
    const doors = hubspotFrameRoutes({} as AppDeps, {} as HubSpotApp).routes.map(
      ({ method, path }) => `${method} /hubspot${path}`,
    );
    const asked = [
      `GET ${PATHS.card}`,
      `POST ${PATHS.act}`,
      `POST ${PATHS.open}`,
      `GET ${PATHS.home}`,
      `GET ${PATHS.settings}`,
    ];
    expect(doors.filter((door) => door.includes("/frame/")).sort()).toEqual([...asked].sort());
  });

  it("is answered in the form that they read: unknown modes are shown as observing, findings only to administrators", () => {
    const status = { mode: "live", versions: { config: 3 }, findings: [] } as unknown as Parameters<
      typeof settingsOf
    >[0];
    expect(MAKERS.settings(status, true, "en")).toEqual({ mode: "live", isAdmin: true, version: 3, findings: [] });
    const unpublished = { mode: "left", versions: { config: 0 }, findings: [{}] } as unknown as Parameters<
      typeof settingsOf
    >[0];
    expect(MAKERS.settings(unpublished, false, "en")).toEqual({
      mode: "observe",
      isAdmin: false,
      version: null,
      findings: [],
    });
  });
});
