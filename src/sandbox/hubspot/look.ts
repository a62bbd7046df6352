import type { Hono } from "hono";
import { escapeHtml, htmlPage } from "../html.ts";
import type { HubSpotSandbox } from "./sandbox.ts";

/** A small page to look around in what the CRM holds. */
export function addLookPages(app: Hono, sandbox: HubSpotSandbox): void {
  app.get("/", (c) => {
    const rows = sandbox.portals.map(
      (portal) => `<tr><td>${portal.hubId}</td><td>${escapeHtml(portal.plan)}</td></tr>`,
    );
    return c.html(htmlPage("HubSpot sandbox", `<table>${rows.join("")}</table>`, 5));
  });
}
