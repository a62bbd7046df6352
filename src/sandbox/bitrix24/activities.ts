import type { SandboxPortal } from "./portal.ts";
import { Table } from "./table.ts";
import type { Actor } from "./types.ts";

/** An entry of a record's timeline with a state: todo, call, e-mail, meeting, task, configurable. */
export interface Activity {
  id: number;
  ownerTypeId: number;
  ownerId: number;
  /** 1 meeting, 2 call, 3 task, 4 e-mail, 6 provided by PROVIDER_ID */
  typeId: number;
  providerId: string;
  providerTypeId: string;
  associatedEntityId: number;
  subject: string;
  description: string;
  created: number;
  lastUpdated: number;
  startTime: number | null;
  endTime: number | null;
  deadline: number | null;
  completed: boolean;
  responsibleId: number;
  authorId: number;
  editorId: number;
  priority: number;
  /** 0 unknown, 1 incoming, 2 outgoing */
  direction: number;
  originatorId: string;
  originId: string;
  parentId: number;
  pingOffsets: number[];
  colorId: string;
  communications: unknown[];
  layout: unknown;
  badgeCode: string;
  configurableType: string;
  bindings: { entityTypeId: number; entityId: number }[];
  viaApp: boolean;
}

export interface TimelineComment {
  id: number;
  entityTypeId: number;
  entityId: number;
  comment: string;
  authorId: number;
  created: number;
  viaApp: boolean;
}

export interface LogMessage {
  id: number;
  entityTypeId: number;
  entityId: number;
  title: string;
  text: string;
  iconCode: string;
  authorId: number;
  created: number;
}

type ActivityInput = Partial<Activity> & Pick<Activity, "ownerTypeId" | "ownerId">;

/** What hangs on a record's timeline. Facts sheet section 11. */
export class Timeline {
  readonly activities = new Table<Activity>();
  readonly comments = new Table<TimelineComment>();
  readonly logMessages = new Table<LogMessage>();
  readonly notes = new Map<string, string>();
  #portal: SandboxPortal;

  constructor(portal: SandboxPortal) {
    this.#portal = portal;
  }

  addActivity(given: ActivityInput, actor: Actor): Activity {
    const now = this.#portal.sandbox.now();
    const by = actor.userId ?? this.#portal.org.firstAdminId();
    const activity: Activity = {
      typeId: 6,
      providerId: "CRM_TODO",
      providerTypeId: "TODO",
      associatedEntityId: 0,
      subject: "",
      description: "",
      created: now,
      lastUpdated: now,
      startTime: now,
      endTime: given.deadline ?? null,
      deadline: null,
      completed: false,
      responsibleId: by,
      authorId: by,
      editorId: by,
      priority: 2,
      direction: 0,
      originatorId: "",
      originId: "",
      parentId: 0,
      pingOffsets: [],
      colorId: "",
      communications: [],
      layout: null,
      badgeCode: "",
      configurableType: "",
      bindings: [{ entityTypeId: given.ownerTypeId, entityId: given.ownerId }],
      viaApp: actor.viaApp,
      ...given,
      id: this.activities.nextId(),
    };
    this.activities.add(activity);
    for (const binding of activity.bindings) this.#portal.crm.touch(binding.entityTypeId, binding.entityId, actor);
    this.#portal.events.activity("ADD", activity.id, actor);
    return activity;
  }

  updateActivity(activity: Activity, changes: Partial<Activity>, actor: Actor): void {
    Object.assign(activity, changes);
    activity.lastUpdated = this.#portal.sandbox.now();
    activity.editorId = actor.userId ?? activity.editorId;
    for (const binding of activity.bindings) this.#portal.crm.touch(binding.entityTypeId, binding.entityId, actor);
    this.#portal.events.activity("UPDATE", activity.id, actor);
  }

  removeActivity(id: number, actor: Actor): void {
    if (this.activities.delete(id)) this.#portal.events.activity("DELETE", id, actor);
  }

  addComment(entityTypeId: number, entityId: number, comment: string, actor: Actor): TimelineComment {
    const row = {
      id: this.comments.nextId(),
      entityTypeId,
      entityId,
      comment,
      authorId: actor.userId ?? this.#portal.org.firstAdminId(),
      created: this.#portal.sandbox.now(),
      viaApp: actor.viaApp,
    };
    this.comments.add(row);
    this.#portal.crm.touch(entityTypeId, entityId, actor);
    this.#portal.events.comment("ADD", row.id, actor);
    return row;
  }
}
