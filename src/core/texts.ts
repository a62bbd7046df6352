/** Every text that goes into the CRM, by reference: templates, letters, our own words. Rendered with merge values from a fresh read. */
import type { Language, TextRef } from "./model.ts";
import type { MessageSettings } from "./outside/settings.ts";
import { own } from "./own.ts";
import type { Template } from "./plan/template.ts";
import { messageText } from "./text/messages.ts";
import { type FieldUse, fieldsIn, type Rendered, renderText } from "./text/render.ts";
import { WORDS } from "./words.ts";

type Localised = Readonly<Partial<Record<Language, string>>>;

export interface Texts {
  /** @throws Error when a merge field of the text has neither a value nor a stand-in */
  render(ref: TextRef, language: Language, merge: Readonly<Record<string, string>>): string;
  /** names of the merge fields that come from CRM records, such as `client.name` */
  needs(ref: TextRef, language: Language): readonly string[];
  /** names of all merge fields, those of texts inside the text included */
  names(ref: TextRef, language: Language): readonly string[];
}

/** Merge fields that are read from records; all others come with the reference or from the settings. */
const FROM_RECORDS = /^(client|contact|deal|owner)\./;

/** The merge values that the settings give to every text; what is empty is missing. */
export function settingsValues(settings: MessageSettings): Readonly<Record<string, string>> {
  const values = {
    "portal.name": settings.portalName,
    "portal.emergency": settings.emergency,
    "portal.signature": settings.signature,
    "form.link": settings.formLink,
    "booking.link": settings.bookingLink,
    "training.link": settings.trainingLink,
  };
  return Object.fromEntries(Object.entries(values).flatMap(([name, value]) => (value ? [[name, value]] : [])));
}

/**
 * @param templates every template a running plan may stand on, by `id@version`
 * @param fixed merge values that are the same for every client
 */
export function makeTexts(
  templates: ReadonlyMap<string, Template>,
  fixed: Readonly<Record<string, string>> = {},
): Texts {
  const source = (id: string, language: Language): string => pick(find(id, templates), language, id);
  const cache = new Map<string, readonly FieldUse[]>();
  const uses = (id: string, language: Language): readonly FieldUse[] => {
    // a text that does not exist needs nothing: rendering it says so, for that one thing
    if (find(id, templates) === null) return [];
    const key = `${language}/${id}`;
    let known = cache.get(key);
    if (!known) {
      known = fieldsIn(source(id, language));
      cache.set(key, known);
    }
    return known;
  };
  const fill = (id: string, ref: TextRef, language: Language, merge: Readonly<Record<string, string>>): Rendered =>
    renderText(source(id, language), {
      language,
      values: { ...fixed, ...merge, ...ref.params },
      titleOf: titleOf(ref, templates, language),
      // a text inside a text is filled from the same values
      textOf: (inner) =>
        inner === id || find(inner, templates) === null ? null : fill(inner, ref, language, merge).text,
    });
  return {
    render(ref, language, merge) {
      const { text, missing } = fill(ref.id, ref, language, merge);
      if (missing.length > 0) {
        throw new Error(
          `The text "${ref.id}" needs ${missing.join(", ")}, and the CRM has nothing there. Fill it in, or give the text a stand-in.`,
        );
      }
      return text;
    },
    needs(ref, language) {
      return this.names(ref, language).filter((name) => FROM_RECORDS.test(name));
    },
    names(ref, language) {
      const names = new Set<string>();
      for (const { name, format } of uses(ref.id, language)) {
        names.add(name);
        const inner = format === "ref" ? own(ref.params ?? {}, name) : undefined;
        if (typeof inner === "string" && inner !== ref.id) for (const use of uses(inner, language)) names.add(use.name);
      }
      return [...names];
    },
  };
}

function pick(texts: Localised | null, language: Language, id: string): string {
  const text = texts?.[language] ?? texts?.en ?? Object.values(texts ?? {})[0];
  if (text === undefined) throw new Error(`There is no text "${id}".`);
  return text;
}

/** Titles of steps, for lists of steps inside a text. */
function titleOf(
  ref: TextRef,
  templates: ReadonlyMap<string, Template>,
  language: Language,
): (key: string) => string | null {
  const named = typeof ref.params?.template === "string" ? templates.get(ref.params.template) : undefined;
  const [kind, id, version] = ref.id.split(":");
  const template = named ?? (kind === "template" ? templates.get(`${id}@${version}`) : undefined);
  return (key) => {
    const step = template?.steps.find((one) => one.key === key);
    return step ? pick(step.title, language, key) : null;
  };
}

function find(id: string, templates: ReadonlyMap<string, Template>): Localised | null {
  const parts = id.split(":");
  if (parts[0] === "template") return fromTemplate(parts, templates.get(`${parts[1]}@${parts[2]}`));
  if (parts[0] === "message") {
    const text = messageText(parts[1]!);
    return text ? text[parts[2] as "subject" | "body"] : null;
  }
  return own(WORDS, id) ?? null;
}

/** `template:<id>:<version>:title`, `…:phase:<key>`, `…:step:<key>:title|body|check:<n>` and `…:touch:<key>:title|body` */
function fromTemplate(parts: readonly string[], template: Template | undefined): Localised | null {
  if (!template) return null;
  const [, , , what, key, part, at] = parts;
  if (what === "touch") {
    const touch = Object.values(template.touchpoints)
      .flat()
      .find((one) => one.key === key);
    return (part === "title" ? touch?.title : touch?.body) ?? null;
  }
  if (what === "title") return template.title;
  if (what === "phase") return template.phases.find((one) => one.key === key)?.title ?? null;
  const step = template.steps.find((one) => one.key === key);
  if (part === "check") return step?.checklist[Number(at)] ?? null;
  return (part === "title" ? step?.title : step?.body) ?? null;
}
