/** The tables of one portal's database. No table has a portal id: a portal is a file (Node) or the storage of one object (Workers). */
import { sql } from "drizzle-orm";
import { index, integer, primaryKey, real, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** Single values: account, owners, stages, cursors, mode, sealed secrets. */
export const meta = sqliteTable("meta", { key: text("key").primaryKey(), value: text("value").notNull() });

/** Deliveries not yet folded into stale records, one row each. On Node the shared journal takes its place. */
export const hint = sqliteTable("hint", {
  seq: integer("seq").primaryKey({ autoIncrement: true }),
  at: integer("at").notNull(),
  body: text("body").notNull(),
});

/** What we know of CRM records. `staleAt` set = has to be read again. */
export const record = sqliteTable(
  "record",
  {
    kind: text("kind").notNull(),
    id: text("id").notNull(),
    client: text("client"),
    facts: text("facts"),
    links: text("links"),
    /** when the read that brought the facts began */
    readAt: integer("read_at"),
    /** the CRM's own modification time of what we know */
    modifiedAt: integer("modified_at"),
    staleAt: integer("stale_at"),
    goneAt: integer("gone_at"),
  },
  (t) => [
    primaryKey({ columns: [t.kind, t.id] }),
    index("record_stale").on(t.kind, t.staleAt).where(sql`stale_at is not null`),
    index("record_client").on(t.client),
  ],
);

/** Ids that were merged away, so that late hints and old links find the survivor. */
export const merged = sqliteTable(
  "merged",
  { kind: text("kind").notNull(), id: text("id").notNull(), into: text("into_id").notNull() },
  (t) => [primaryKey({ columns: [t.kind, t.id] })],
);

/** The customers we look after, as lists show them. */
export const client = sqliteTable(
  "client",
  {
    key: text("key").primaryKey(),
    /** when it has to be looked at again; null = only when facts change */
    dueAt: integer("due_at"),
    zone: text("zone"),
    score: real("score"),
    zoneSince: integer("zone_since"),
    ownerId: text("owner_id"),
    escalationOwnerId: text("escalation_owner_id"),
    phase: text("phase"),
    class: text("class"),
    overdue: integer("overdue").notNull().default(0),
    value: real("value"),
    /** next touchpoint, day; an open client without one is impossible */
    touchpointDay: integer("touchpoint_day"),
  },
  (t) => [
    index("client_due").on(t.dueAt).where(sql`due_at is not null`),
    // Everything a board asks of everybody, so that it reads no state. The score stands behind the key: where it moves, the entry stays in place.
    index("client_board").on(
      t.zone,
      t.key,
      t.score,
      t.ownerId,
      t.escalationOwnerId,
      t.phase,
      t.overdue,
      t.value,
      t.zoneSince,
    ),
  ],
);

/**
 * What decisions remember of a client; absent before the first. Beside the columns that are derived from it and not among them, so that a pass
 * in which a number moves neither reads nor writes it.
 */
export const clientState = sqliteTable("client_state", {
  client: text("client").primaryKey(),
  state: text("state").notNull(),
});

const MIRROR_STATES = ["clean", "dirty", "sending", "unknown", "refused", "gone"] as const;
export type MirrorState = (typeof MIRROR_STATES)[number];

/** One row per thing that we keep in the CRM. See design, section 5. */
export const mirror = sqliteTable(
  "mirror",
  {
    key: text("key").primaryKey(),
    client: text("client").notNull(),
    kind: text("kind").notNull(),
    targetKind: text("target_kind"),
    targetId: text("target_id"),
    externalId: text("external_id"),
    /** what we want, JSON; null = should not exist */
    desired: text("desired"),
    /** the desired value that `ours` answers to */
    sent: text("sent"),
    /** what the CRM returned for our last write, JSON per property */
    ours: text("ours"),
    /** `ours` before that write: a read that shows it may be late */
    before: text("before"),
    /** properties that show `before` again were seen so once already */
    doubted: integer("doubted").notNull().default(0),
    /** what we last read, JSON per property */
    theirs: text("theirs"),
    theirsAt: integer("theirs_at"),
    wroteAt: integer("wrote_at"),
    state: text("state", { enum: MIRROR_STATES }).notNull(),
    /** the sort of call that would bring it forward: `task/create`, `fields/update/company`; derived from the row */
    work: text("work").notNull(),
    priority: integer("priority").notNull(),
    notBefore: integer("not_before").notNull(),
    attempts: integer("attempts").notNull().default(0),
    /** look-ups of an unknown outcome that found nothing */
    looks: integer("looks").notNull().default(0),
    /** while a write is under way or its outcome unknown: the desired value and the values that went out, JSON */
    sending: text("sending"),
    /** how often a field that is ours was found changed by others on `foughtDay` */
    fights: integer("fights").notNull().default(0),
    foughtDay: integer("fought_day"),
  },
  (t) => [
    index("mirror_work").on(t.state, t.work, t.priority, t.notBefore),
    index("mirror_client").on(t.client),
    index("mirror_external").on(t.kind, t.externalId),
    // Rungs that are about to go out, however many tasks wait beside them, or rungs for such tasks.
    index("mirror_rung").on(t.state, t.notBefore).where(sql`state = 'dirty' and key >= 'ladder:' and key < 'ladder<'`),
  ],
);

/** What people were to be told and was held back for a digest; kept for some time after it went out. */
export const heldBack = sqliteTable(
  "held_back",
  {
    /** key of the rung or handover */
    key: text("key").primaryKey(),
    ownerId: text("owner_id").notNull(),
    client: text("client").notNull(),
    level: integer("level").notNull(),
    at: integer("at").notNull(),
    /** JSON of a reference to a text */
    text: text("text").notNull(),
    /** when its digest is due, epoch ms; null = nothing is to be told of it any more */
    dueAt: integer("due_at"),
  },
  (t) => [index("held_back_due").on(t.dueAt, t.ownerId).where(sql`due_at is not null`), index("held_back_at").on(t.at)],
);

/** Something only a person can mend. */
export const finding = sqliteTable("finding", {
  key: text("key").primaryKey(),
  code: text("code").notNull(),
  params: text("params").notNull(),
  since: integer("since").notNull(),
  lastAt: integer("last_at").notNull(),
  count: integer("count").notNull(),
  closedAt: integer("closed_at"),
});

/** Who did what, and what is needed to undo it. */
export const history = sqliteTable(
  "history",
  {
    seq: integer("seq").primaryKey({ autoIncrement: true }),
    at: integer("at").notNull(),
    actor: text("actor").notNull(),
    client: text("client"),
    code: text("code").notNull(),
    params: text("params").notNull(),
  },
  (t) => [index("history_client").on(t.client, t.seq)],
);

/**
 * The score of each client: what it was made from, what it remembers, and when it alone has to be looked at again. Beside the client and not
 * in it, so that a pass over all scores touches no plan.
 */
export const health = sqliteTable(
  "health",
  {
    client: text("client").primaryKey(),
    /** null until the client was decided once */
    basis: integer("basis"),
    state: text("state").notNull(),
    /** per cent, as shown on the record */
    risk: real("risk"),
    scoreAt: integer("score_at"),
    /** version of the book that it was scored with; a newer one makes it due */
    book: integer("book").notNull().default(0),
  },
  (t) => [index("health_score_at").on(t.scoreAt).where(sql`score_at is not null`), index("health_book").on(t.book)],
);

/** What scores are made from, one row per state of a client's facts. Kept when a score change refers to it. */
export const basis = sqliteTable("basis", {
  seq: integer("seq").primaryKey({ autoIncrement: true }),
  body: text("body").notNull(),
  isKept: integer("is_kept", { mode: "boolean" }).notNull().default(false),
});

/** Every change of a score with the inputs it was derived from. */
export const scoreChange = sqliteTable(
  "score_change",
  {
    seq: integer("seq").primaryKey({ autoIncrement: true }),
    client: text("client").notNull(),
    at: integer("at").notNull(),
    config: integer("config").notNull(),
    book: integer("book").notNull(),
    /** null in changes from before bases were kept: their inputs hold everything */
    basis: integer("basis"),
    inputs: text("inputs").notNull(),
    result: text("result").notNull(),
  },
  (t) => [index("score_change_client").on(t.client, t.seq)],
);

/** The portal's statistics, made at most once a day. */
export const book = sqliteTable("book", {
  version: integer("version").primaryKey(),
  madeAt: integer("made_at").notNull(),
  body: text("body").notNull(),
});

/** Published configurations; the newest is in force. */
export const config = sqliteTable("config", {
  version: integer("version").primaryKey(),
  publishedAt: integer("published_at").notNull(),
  author: text("author").notNull(),
  body: text("body").notNull(),
});

/** Product usage: counts per client, signal and day. */
export const usage = sqliteTable(
  "usage",
  {
    client: text("client").notNull(),
    signal: text("signal").notNull(),
    day: integer("day").notNull(),
    n: integer("n").notNull(),
  },
  (t) => [primaryKey({ columns: [t.client, t.signal, t.day] })],
);

/** Keyed hashes of usage messages and users seen, for de-duplication and distinct counts; pruned by day. */
export const seen = sqliteTable("seen", { what: text("what").primaryKey(), day: integer("day").notNull() }, (t) => [
  index("seen_day").on(t.day),
]);

/** Calls to the CRM of the last days: method, path, status; no values. */
export const callLog = sqliteTable(
  "call_log",
  {
    seq: integer("seq").primaryKey({ autoIncrement: true }),
    at: integer("at").notNull(),
    method: text("method").notNull(),
    path: text("path").notNull(),
    status: integer("status").notNull(),
    items: integer("items").notNull(),
  },
  (t) => [index("call_log_at").on(t.at)],
);
