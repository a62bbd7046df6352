export { type DemoOptions, demoStep, seedDemo } from "./demo.ts";
export {
  DEFAULT_SWITCHES,
  type HubSpotSandboxOptions,
  type HubSpotSwitches,
  type Plan,
  type PortalOptions,
} from "./options.ts";
export type { ActionResult, CardCall, MarketplaceWish, WorkflowAction } from "./outbound.ts";
export { type ImportRow, type LinkTo, PERSON, type PlainRecord, SandboxPortal } from "./portal.ts";
export type { Source } from "./records.ts";
export { type CallCounts, HubSpotSandbox } from "./sandbox.ts";
export { signV1, signV2, signV3 } from "./signature.ts";
export type { PortalSnapshot, RecordSnapshot } from "./snapshot.ts";
export { DEFAULT_SUBSCRIPTIONS, type Subscription, subscriptionsOf } from "./subscriptions.ts";
