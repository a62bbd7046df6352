/** What the web and commands may ask of a portal: plain data in, plain data out, by name. On Workers each call crosses to the portal's object. */

import { type ActAnswer, actOnClient, type MoveAnswer, previewMove } from "./acts/client.ts";
import { draftOf, editedAt } from "./acts/edits.ts";
import {
  type HandOverAnswer,
  type HandOverView,
  type HandOverWish,
  handOver,
  handOverView,
  undoLastHandOver,
} from "./acts/hand-over.ts";
import { changeAccess, rememberAdoption, undoAdoption } from "./acts/portal.ts";
import { runRobot } from "./acts/robot.ts";
import {
  discardDraft,
  importDraft,
  publishDraft,
  removeTemplate,
  rollBack,
  type SaveAnswer,
  saveDraft,
  saveTemplate,
} from "./acts/settings.ts";
import { runWorkflowSoon, type WorkflowAnswer, type WorkflowCall } from "./acts/workflow.ts";
import type { DeedCode } from "./core/deed.ts";
import type { ClientKey, Language } from "./core/model.ts";
import type { Settings } from "./core/settings.ts";
import { isFailure } from "./crm/failure.ts";
import { type OutsideDoors, outsideDoors } from "./doors/doors.ts";
import { allowStarts } from "./engine/flood.ts";
import type { Looked } from "./engine/look-again.ts";
import type { Portal } from "./portal.ts";
import type { Mode } from "./portal-open.ts";
import type { Surroundings } from "./ports.ts";
import type { LoggedCall } from "./store/journal.ts";
import { type AdoptionAnswer, type AdoptionPreview, previewAdoption } from "./views/adoption.ts";
import { type BoardAsk, type BoardView, boardView } from "./views/board.ts";
import { type CardAnswer, clientCard } from "./views/client-card.ts";
import { clientOf } from "./views/client-of.ts";
import { type Effect, effectOf } from "./views/effect.ts";
import { type Handover, handoverOf } from "./views/handover.ts";
import { type DeedPage, deedPage } from "./views/history.ts";
import { type KpiAnswer, type KpiView, kpiView, type ReviewView, reviewView } from "./views/kpi.ts";
import { type DraftAnswer, letterDraft } from "./views/letter-draft.ts";
import { namesOf, ownerNames } from "./views/names.ts";
import { type Change, compareSettings, exportSettings, type SettingsView, settingsView } from "./views/settings.ts";
import { type StatusView, statusOf } from "./views/status.ts";
import { type TemplateFile, templateFiles, templateOptions } from "./views/templates.ts";
import {
  type Access,
  accessOf,
  type PortalFacts,
  portalFacts,
  usersOf,
  type Viewer,
  viewerOf,
} from "./views/viewer.ts";

/** Lost access is looked for again after this long, ms: each try asks the authorisation server. */
const RECOVER_PAUSE_MS = 60_000;

export interface PortalDoor extends OutsideDoors, SettingsDoor {
  status(): StatusView;
  /** see `Portal.lostToken` */
  lostToken(): string | null;
  /** may an event that proved itself lend us its access now? Between two tries it may not */
  mayRecover(): boolean;
  /** does the CRM let us in? Null where it does not say now */
  isStillThere(): Promise<boolean | null>;
  /** the CRM says that the portal itself changed; whoever may say so without proof says it here too */
  lookAgain(what: Looked): void;
  /** how many plans and tasks adopting deals won since `sinceMs` would make; while they are counted, how far that is */
  previewAdoption(sinceMs: number): AdoptionAnswer;
  /** approves it: from now on deals won since `sinceMs` count, and as many plans as were `seen` are no flood */
  adopt(sinceMs: number, actor: string, seen: AdoptionPreview): void;
  /** begins to take the last adoption back; the turns that follow close its plans */
  undoAdoption(actor: string): void;
  /** what handing one owner's clients over would change; null before the first look around */
  handOverView(wish: HandOverWish | null, language: Language): HandOverView | null;
  handOver(viewer: Viewer, wish: HandOverWish, seen: string, once: string): HandOverAnswer;
  /** takes the last hand-over back; how many clients came back */
  undoHandOver(actor: string): number;
  setMode(mode: Mode, actor: string): void;
  /** lets the plans that were held back as a flood be made */
  releaseFlood(plans: number, actor: string): void;
  publish(settings: unknown, actor: string): number;
  /** what leaving would hand over: who did what, and how every score came about */
  handover(): Handover;
  /** begins to leave: our open tasks, notes and fields go, then the install and the database */
  leave(actor: string): void;
  /** the newest calls to the CRM of the last days, newest first */
  calls(limit: number): readonly LoggedCall[];

  // who is looking
  /** what a frame's proof is compared with */
  portalFacts(): PortalFacts;
  /** `isAdmin`: what the CRM itself says, null where it does not */
  viewer(userId: string, isAdmin: boolean | null): Viewer;
  /** the portal's language, for people whose own the CRM does not tell */
  language(): Language;
  access(): Access;
  /** everybody who may be given rights */
  users(): readonly { userId: string; ownerId: string }[];
  setAccess(access: Access, actor: string): void;

  // clients
  board(viewer: Viewer, ask: BoardAsk, language: Language): BoardView | null;
  card(viewer: Viewer, key: ClientKey, language: Language): CardAnswer;
  /** the client that a record belongs to; null where there is none */
  clientOf(kind: string, id: string): ClientKey | null;
  /** a letter to the client, drafted from what the CRM tells; nothing is sent */
  letterDraft(viewer: Viewer, key: ClientKey, language: Language): Promise<DraftAnswer>;
  previewMove(viewer: Viewer, key: ClientKey, step: string, day: string, language: Language): MoveAnswer;
  act(viewer: Viewer, key: ClientKey, wish: unknown, once: string): ActAnswer;
  /** names by record reference, freshly read */
  names(keys: readonly string[]): Promise<Record<string, string>>;
  /** names of the team, by owner id and by `user:<id>` */
  people(): Promise<Record<string, string>>;
  /** what the CRM's own automation asks for */
  workflow(call: WorkflowCall): Promise<WorkflowAnswer>;
  /** the same for a rule of Bitrix24 that may wait for its answer; false where that no longer waits */
  robot(call: WorkflowCall, eventToken: string | null, declared: readonly string[]): Promise<void>;
  /** templates that an automation may choose, by what their title contains */
  templateOptions(search: string | null): readonly { label: string; value: string }[];
  /** key figures over the clients this person may see; while they are gathered, how far that is. Null before the first look around */
  kpi(viewer: Viewer, language: Language): KpiAnswer<KpiView> | null;
  /** the review of a month; null = the last one that is over */
  review(viewer: Viewer, month: number | null, language: Language): KpiAnswer<ReviewView> | null;
  /** who did what, newest first */
  history(viewer: Viewer, before: number | null, language: Language): DeedPage;
}

/** Changing the configuration, for administrators. */
export interface SettingsDoor {
  settings(language: Language): SettingsView | null;
  /** keeps a whole configuration as the draft; nothing is in force by that */
  saveDraft(settings: unknown, actor: string, since?: string | null): SaveAnswer;
  /** the configuration that a form of this mark showed; null where too much has happened since */
  editedAt(mark: string): Settings | null;
  importDraft(text: string, actor: string, since?: string | null): SaveAnswer;
  /** `since`: the mark of what was looked at; false: it was changed meanwhile, and stays */
  discardDraft(actor: string, since?: string | null): boolean;
  /** what the draft changes, and for whom; null without a draft */
  draftChanges(): { changes: readonly Change[]; effect: Effect } | null;
  publishDraft(actor: string, since?: string | null): number | null | "changed";
  rollBack(to: number, actor: string): number | null;
  exportSettings(language: Language): string;
  /** every template as YAML, own ones with all their versions */
  templates(language: Language): readonly TemplateFile[];
  /** an own template into the draft */
  saveTemplate(yaml: string, actor: string, since?: string | null): SaveAnswer;
  removeTemplate(id: string, version: number, actor: string): SaveAnswer;
}

export function portalDoor(portal: Portal, around: Surroundings): PortalDoor {
  return {
    ...runningDoor(portal, around),
    ...viewerDoor(portal, around),
    ...clientDoor(portal, around),
    ...settingsDoor(portal, around),
    ...outsideDoors(portal, around),
  };
}

type Running =
  | "lookAgain"
  | "lostToken"
  | "mayRecover"
  | "isStillThere"
  | "calls"
  | "status"
  | "previewAdoption"
  | "adopt"
  | "undoAdoption"
  | "handOverView"
  | "handOver"
  | "undoHandOver"
  | "setMode"
  | "releaseFlood"
  | "publish"
  | "handover"
  | "leave";

function runningDoor(portal: Portal, around: Surroundings): Pick<PortalDoor, Running> {
  const did = (actor: string, code: DeedCode, params: Record<string, unknown>) =>
    portal.store.journal.did({ at: around.now(), actor, client: null, code, params });
  return {
    status: () => statusOf(portal),
    lookAgain: (what) => portal.lookAgain(what),
    async isStillThere() {
      if (!portal.isInstalled()) return false;
      try {
        await portal.crm().account();
        return true;
      } catch (error) {
        if (!isFailure(error)) throw error;
        return error.failure === "revoked" ? false : null;
      }
    },
    lostToken: () => portal.lostToken(),
    mayRecover() {
      const { meta } = portal.store;
      const isSoon = around.now() < (meta.get<number>("recoverTriedAt") ?? 0) + RECOVER_PAUSE_MS;
      if (!isSoon) meta.set("recoverTriedAt", around.now());
      return !isSoon;
    },
    calls: (limit) => portal.store.journal.newestCalls(limit),
    previewAdoption: (sinceMs) => previewAdoption(portal, sinceMs, around.now()),
    adopt(sinceMs, actor, seen) {
      const { meta } = portal.store;
      portal.store.transaction(() => {
        const before = meta.get<number>("startsFrom");
        const until = before ?? meta.get<number>("installedAt") ?? around.now();
        rememberAdoption(portal, { at: around.now(), since: sinceMs, until, before, ...seen });
        meta.set("startsFrom", sinceMs);
        // Its CRM may not have been looked at since the start: nobody has to come back for that.
        allowStarts({ store: portal.store, now: around.now }, seen.plans);
        did(actor, "adopted", { since: sinceMs, ...seen });
      });
      portal.changed();
    },
    undoAdoption: (actor) => undoAdoption(portal, actor),
    handOverView: (wish, language) => handOverView(portal, around, wish, language),
    handOver: (viewer, wish, seen, once) => handOver(portal, around, viewer, wish, seen, once),
    undoHandOver: (actor) => undoLastHandOver(portal, around, actor),
    setMode(mode, actor) {
      portal.store.transaction(() => {
        did(actor, "mode", { from: portal.mode(), to: mode });
        portal.store.meta.set("mode", mode);
        portal.store.meta.remove("about");
      });
      portal.changed();
    },
    releaseFlood(plans, actor) {
      portal.store.transaction(() => {
        allowStarts({ store: portal.store, now: around.now }, plans);
        did(actor, "flood-released", { plans });
      });
    },
    handover: () => handoverOf(portal),
    leave(actor) {
      did(actor, "leaving", {});
      portal.leave(actor);
    },
    publish(settings, actor) {
      const version = portal.publish(settings, actor);
      did(actor, "published", { version });
      portal.changed();
      return version;
    },
  };
}

type Viewing = "users" | "portalFacts" | "viewer" | "language" | "access" | "setAccess";

function viewerDoor(portal: Portal, around: Surroundings): Pick<PortalDoor, Viewing> {
  return {
    portalFacts: () => portalFacts(portal, around),
    viewer: (userId, isAdmin) => viewerOf(portal, around, userId, isAdmin),
    language: () => portal.settings().language ?? portal.about()?.account.language ?? "en",
    access: () => accessOf(portal),
    users: () => usersOf(portal),
    setAccess: (access, actor) => changeAccess(portal, around, access, actor),
  };
}

type Clients =
  | "kpi"
  | "review"
  | "robot"
  | "workflow"
  | "templateOptions"
  | "board"
  | "card"
  | "clientOf"
  | "letterDraft"
  | "previewMove"
  | "act"
  | "names"
  | "people"
  | "history";

function clientDoor(portal: Portal, around: Surroundings): Pick<PortalDoor, Clients> {
  return {
    board: (viewer, ask, language) => boardView(portal, viewer, ask, language, around.now()),
    card: (viewer, key, language) => clientCard(portal, viewer, key, language, around.now(), around.vault.open),
    clientOf: (kind, id) => clientOf(portal, kind, id),
    letterDraft: (viewer, key, language) => letterDraft(portal, around, viewer, key, language),
    previewMove: (viewer, key, step, day, language) => previewMove(portal, around, viewer, key, step, day, language),
    act: (viewer, key, wish, once) => actOnClient(portal, around, viewer, key, wish, once),
    workflow: (call) => runWorkflowSoon(portal, around, call),
    robot: (call, eventToken, declared) => runRobot(portal, around, call, eventToken, declared),
    templateOptions: (search) => templateOptions(portal, search),
    names: (keys) => namesOf(portal, keys, around.now()),
    people: () => ownerNames(portal, around.now()),
    kpi: (viewer, language) => (portal.about() ? kpiView(portal, viewer, language, around.now()) : null),
    review: (viewer, month, language) =>
      portal.about() ? reviewView(portal, viewer, month, language, around.now()) : null,
    history: (viewer, before, language) => deedPage(portal, viewer, before, language),
  };
}

function settingsDoor(portal: Portal, around: Surroundings): SettingsDoor {
  return {
    settings: (language) => settingsView(portal, language, around),
    editedAt: (mark) => editedAt(portal, around, mark),
    saveDraft: (settings, actor, since) => saveDraft(portal, around, settings, actor, since),
    importDraft: (text, actor, since) => importDraft(portal, around, text, actor, since),
    discardDraft: (actor, since) => discardDraft(portal, around, actor, since),
    draftChanges() {
      const draft = draftOf(portal);
      if (!draft) return null;
      return {
        changes: compareSettings(portal.settings(), draft.body),
        effect: effectOf(portal, draft.body, around.now()),
      };
    },
    publishDraft: (actor, since) => publishDraft(portal, around, actor, since),
    rollBack: (to, actor) => rollBack(portal, around, to, actor),
    exportSettings: (language) => exportSettings(portal, language),
    templates: (language) => templateFiles(portal, language),
    saveTemplate: (yaml, actor, since) => saveTemplate(portal, around, yaml, actor, since),
    removeTemplate: (id, version, actor) => removeTemplate(portal, around, id, version, actor),
  };
}
