/** Settings that are tables: triggers, template rules, who leads whom, absences, ladders, thresholds of signs. */
import { html, raw } from "hono/html";
import { LADDER_KINDS, RUNG_ACTIONS, type Rung, WHO } from "../../core/escalate/ladder.ts";
import { KPI_IDS } from "../../core/kpi/measure.ts";
import { KPI_WORDS } from "../../core/kpi/words.ts";
import type { Language } from "../../core/model.ts";
import { optionsOf } from "../../core/plan/rule-options.ts";
import type { Condition } from "../../core/plan/template.ts";
import { ruleNameIn, ruleNameOf } from "../../core/plan/words.ts";
import type { Settings } from "../../core/settings.ts";
import { signName } from "../../core/signal/sign-names.ts";
import { type Html, personName } from "../pages/layout.ts";
import { type Cell, type Column, table } from "../pages/table.ts";
import { count } from "../words.ts";
import { type FieldContext, options } from "./field.ts";
import { EDITABLE_SIGNS, type RowsId } from "./sections.ts";
import type { SettingsWords } from "./settings.words.ts";

export interface RowsContext extends FieldContext {
  w: SettingsWords;
  managers: Readonly<Record<string, string | null>>;
}

/** Empty rows that a table offers. */
const MORE = 2;

export function drawRows(id: RowsId, settings: Settings, at: RowsContext): Html {
  switch (id) {
    case "trigger":
      return drawTrigger(settings, at);
    case "templateRules":
      return drawRules(settings, at);
    case "managers":
      return drawManagers(settings, at);
    case "absences":
      return drawAbsences(settings, at);
    case "ladders":
      return html`${LADDER_KINDS.map((kind) => drawLadder(kind, settings, at))}`;
    case "signs":
      return drawSigns(settings, at);
    case "targets":
      return drawTargets(settings, at);
    case "textModel":
      return drawTextModel(settings, at);
  }
}

/** What the form says for a table, put into a copy of the settings. */
export function readRows(id: RowsId, settings: Settings, form: FormData, language: Language): unknown {
  switch (id) {
    case "trigger":
      return { ...settings, triggers: readTrigger(settings, form) };
    case "templateRules":
      return { ...settings, templateRules: readRules(settings, form, language) };
    case "managers":
      return { ...settings, people: { ...settings.people, managerOf: readManagers(form) } };
    case "absences":
      return { ...settings, people: { ...settings.people, absences: readAbsences(form) } };
    case "ladders":
      return {
        ...settings,
        ladders: {
          ...settings.ladders,
          ladders: Object.fromEntries(LADDER_KINDS.map((kind) => [kind, readLadder(kind, settings, form)])),
        },
      };
    case "signs":
      return { ...settings, signs: readSigns(form) };
    case "textModel":
      return { ...settings, texts: { ...settings.texts, model: readTextModel(settings, form) } };
    case "targets":
      return { ...settings, kpi: { ...settings.kpi, targets: readTargets(form) } };
  }
}

const text = (form: FormData, name: string): string => String(form.get(name) ?? "").trim();
const number = (value: string): number | string =>
  value === "" || Number.isNaN(Number(value)) ? value : Number(value);

/** A table of fields under its caption; `isNamed`: the first column names the row. */
function fields(
  caption: string,
  columns: readonly (Column | string)[],
  rows: readonly (readonly Cell[])[],
  { hint, isNamed = false, kind = "form" }: { hint?: string; isNamed?: boolean; kind?: "form" | "form wide" } = {},
): Html {
  return html`<h2>${caption}</h2>${hint ? html`<p class="soft small">${hint}</p>` : ""}${table({ label: caption, kind, isHeadless: !isNamed, columns, rows })}`;
}

function input(name: string, label: string, value: string | number, more = ""): Html {
  return html`<input name="${name}" aria-label="${label}" value="${value}"${raw(more)}>`;
}

function pick(name: string, label: string, list: readonly (readonly [string, string])[], chosen: string): Html {
  return options(`f-${name}`, name, list, chosen, html` aria-label="${label}"`);
}

// ---------------------------------------------------------------- triggers

function drawTrigger({ triggers }: Settings, { words }: RowsContext): Html {
  const won = triggers.find((one) => one.on === "deal_won");
  const stage = triggers.find((one) => one.on === "lifecycle");
  const property = triggers.find((one) => one.on === "property");
  const field = (name: string, key: string, value: string) =>
    html`<div><label for="f-${name}">${words[key]}</label><input id="f-${name}" name="${name}" value="${value}" maxlength="100"></div>`;
  return html`<fieldset><legend>${words.trigger}</legend><label class="check"><input type="checkbox" name="t.won" value="on"${won ? raw(" checked") : ""}>${words["trigger.deal_won"]}</label>
<label class="check"><input type="checkbox" name="t.first" value="on"${won?.firstDealOnly ? raw(" checked") : ""}>${words["trigger.first"]}</label>
<div class="grid">${field("t.stage", "trigger.lifecycle", stage?.value ?? "")}${field("t.name", "trigger.property", property?.name ?? "")}${field("t.value", "trigger.value", property ? String(property.value) : "")}</div></fieldset>`;
}

function readTrigger(_settings: Settings, form: FormData): unknown[] {
  const [stage, name, value] = ["t.stage", "t.name", "t.value"].map((field) => text(form, field));
  return [
    ...(form.get("t.won") === "on" ? [{ on: "deal_won", firstDealOnly: form.get("t.first") === "on" }] : []),
    ...(stage ? [{ on: "lifecycle", value: stage }] : []),
    ...(name ? [{ on: "property", name, value: number(value ?? "") }] : []),
  ];
}

// ---------------------------------------------------------------- template rules

const FACTS = ["company.headcount", "company.revenue", "deal.amount", "deal.type"] as const;
const SIGNS_OF = [">", ">=", "<", "<=", "=", "!="] as const;

/** A question that one row can ask; anything deeper is set in the file and kept as it is. */
function isSimple(
  when: Condition | undefined,
): when is Condition & { fact: string; is: (typeof SIGNS_OF)[number]; value: string | number | boolean } {
  return when !== undefined && "fact" in when && "value" in when;
}

function drawRules(settings: Settings, at: RowsContext): Html {
  const { templateRules } = settings;
  const { words, w, templates, language } = at;
  const rows = [...templateRules, ...Array.from({ length: MORE }, () => null)].map((rule, at) => {
    const name = (part: string) => `r.${at}.${part}`;
    const when = rule?.when;
    const simple = isSimple(when) ? when : null;
    const facts = [
      ["", words["rule.always"]!] as const,
      ...[...new Set<string>([...FACTS, ...(simple ? [simple.fact] : [])])].map(
        (fact) => [fact, words[`fact.${fact}`] ?? fact] as const,
      ),
    ];
    const deep = when !== undefined && simple === null;
    const signs = SIGNS_OF.map((one) => [one, one] as const);
    const known = templates.map((one) => [one.value, one.label] as const);
    return [
      input(
        name("name"),
        words["rule.name"]!,
        rule ? ruleNameIn(rule.name, language) : "",
        ' maxlength="120" size="14"',
      ),
      deep
        ? html`<input type="hidden" name="${name("keep")}" value="${at}"><span class="soft">${w.onlyFile}</span>`
        : pick(name("fact"), words["rule.fact"]!, facts, simple?.fact ?? ""),
      deep ? "" : pick(name("is"), words["rule.is"]!, signs, simple?.is ?? ">"),
      deep ? "" : input(name("value"), words["rule.value"]!, simple ? String(simple.value) : "", ' size="6"'),
      pick(name("template"), words["rule.template"]!, known, rule?.templateId ?? templates[0]?.value ?? ""),
      input(name("length"), words["rule.length"]!, rule?.lengthDays ?? "", ' type="number" min="1" max="730" size="5"'),
    ];
  });
  const heads = ["rule.name", "rule.fact", "rule.is", "rule.value", "rule.template", "rule.length"].map(
    (key) => words[key]!,
  );
  return html`${fields(words.templateRules!, heads, rows, { hint: w.rowsMore, kind: "form wide" })}${templateRules.map((_, row) => drawRuleOptions(row, settings, at))}`;
}

/** Steps that plans of a rule have only if it says so: what its template offers, and what the rule names besides. */
function drawRuleOptions(row: number, { templateRules, templates }: Settings, { words, language }: RowsContext): Html {
  const { name, templateId, options: chosen = [] } = templateRules[row]!;
  const offered = [...new Set([...optionsOf(templateId, templates), ...chosen])];
  if (offered.length === 0) return html``;
  const boxes = offered.map(
    (one) =>
      html`<label class="check"><input type="checkbox" name="r.${row}.option.${one}" value="on"${chosen.includes(one) ? raw(" checked") : ""}>${words[`rule.options=${one}`] ?? one}</label>`,
  );
  return html`<fieldset><legend>${words["rule.options"]}: ${ruleNameIn(name, language)}</legend><input type="hidden" name="r.${row}.offered" value="on"><div class="grid">${boxes}</div></fieldset>`;
}

function readRules(settings: Settings, form: FormData, language: Language): unknown[] {
  return rowsOf(form, "r").flatMap((at) => {
    const part = (name: string) => text(form, `r.${at}.${name}`);
    const name = ruleNameOf(part("name"), language);
    if (name === "") return [];
    const kept = form.has(`r.${at}.keep`) ? settings.templateRules[Number(part("keep"))] : undefined;
    const length = part("length");
    const fact = part("fact");
    return [
      {
        name,
        ...(kept?.when
          ? { when: kept.when }
          : fact !== "" && { when: { fact, is: part("is"), value: number(part("value")) } }),
        templateId: part("template"),
        ...(length !== "" && { lengthDays: number(length) }),
        ...readRuleOptions(at, part("template"), settings, form),
      },
    ];
  });
}

/** What is ticked under a rule, what was there before first. Another template takes over what it knows; where the form did not ask, all stays. */
function readRuleOptions(row: number, templateId: string, settings: Settings, form: FormData): { options?: string[] } {
  const rule = settings.templateRules[row];
  const before = rule?.options ?? [];
  const ticked = form.has(`r.${row}.offered`)
    ? [...form.keys()].flatMap((key) => key.split(`r.${row}.option.`)[1] ?? [])
    : before;
  const isSame = rule?.templateId === templateId;
  const known = isSame ? ticked : ticked.filter((one) => optionsOf(templateId, settings.templates).includes(one));
  const chosen = [...before.filter((one) => known.includes(one)), ...known.filter((one) => !before.includes(one))];
  return rule?.options || chosen.length > 0 ? { options: chosen } : {};
}

/** Numbers of the rows of one table, as they stand on the form. */
function rowsOf(form: FormData, prefix: string): number[] {
  const found = new Set<number>();
  for (const name of form.keys()) {
    const match = new RegExp(`^${prefix}\\.(\\d{1,3})\\.`).exec(name);
    if (match) found.add(Number(match[1]));
  }
  return [...found].sort((a, b) => a - b);
}

// ---------------------------------------------------------------- people

function drawManagers({ people }: Settings, at: RowsContext): Html {
  const { words, owners, managers } = at;
  const list = [["", words.fromCrm!] as const, ...owners.map((one) => [one, personName(at, one)] as const)];
  const rows = owners.map((owner) => {
    const theirs = managers[owner];
    const known = theirs ? html` <span class="soft small">(${words.fromCrm}: ${personName(at, theirs)})</span>` : "";
    const label = `${words.managers}: ${personName(at, owner)}`;
    return [html`${personName(at, owner)}${known}`, pick(`m.${owner}`, label, list, people.managerOf[owner] ?? "")];
  });
  const hint = words["managers?"] ?? "";
  return fields(words.managers!, [at.w.who, words.manager!], rows, { hint, isNamed: true });
}

function readManagers(form: FormData): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of form.keys()) {
    const manager = text(form, name);
    if (name.startsWith("m.") && manager !== "") found[name.slice(2)] = manager;
  }
  return found;
}

function drawAbsences({ people }: Settings, at: RowsContext): Html {
  const { words, owners } = at;
  const list = [["", "–"] as const, ...owners.map((one) => [one, personName(at, one)] as const)];
  const rows = [...people.absences, ...Array.from({ length: MORE }, () => null)].map((one, row) => [
    pick(`a.${row}.owner`, at.w.who, list, one?.ownerId ?? ""),
    input(`a.${row}.from`, words.from!, one?.from ?? "", ' type="date"'),
    input(`a.${row}.to`, words.to!, one?.to ?? "", ' type="date"'),
  ]);
  return fields(words.absences!, [at.w.who, words.from!, words.to!], rows, { hint: at.w.rowsMore });
}

function readAbsences(form: FormData): unknown[] {
  return rowsOf(form, "a").flatMap((at) => {
    const [ownerId, from, to] = ["owner", "from", "to"].map((part) => text(form, `a.${at}.${part}`));
    return ownerId ? [{ ownerId, from, to }] : [];
  });
}

// ---------------------------------------------------------------- ladders

const HOUR = 60;

function drawLadder(kind: (typeof LADDER_KINDS)[number], { ladders }: Settings, { words }: RowsContext): Html {
  const rows = [...ladders.ladders[kind], null].map((rung: Rung | null, at) => {
    const name = (part: string) => `l.${kind}.${at}.${part}`;
    const inWork = rung === null || "workMinutes" in rung.after;
    const count = rung === null ? "" : "workMinutes" in rung.after ? rung.after.workMinutes / HOUR : rung.after.days;
    const title = `${words[`ladder.${kind}`]} ${at + 1}`;
    const choose = (part: string, list: readonly (readonly [string, string])[], chosen: string) =>
      pick(name(part), `${title}: ${words[`rung.${part}`]}`, list, chosen);
    const units = ["work", "days"].map((one) => [one, words[`rung.${one}`]!] as const);
    return [
      html`<input type="hidden" name="${name("id")}" value="${rung?.id ?? ""}">${input(name("count"), `${title}: ${words["rung.after"]}`, count, ' type="number" step="0.5" min="-480" max="4800" size="6"')}`,
      choose("unit", units, inWork ? "work" : "days"),
      choose(
        "who",
        WHO.map((one) => [one, words[`who.${one}`]!]),
        rung?.who ?? "manager",
      ),
      choose(
        "action",
        RUNG_ACTIONS.map((one) => [one, words[`action.${one}`]!]),
        rung?.action ?? "notify",
      ),
      rung === null
        ? ""
        : html`<label class="check"><input type="checkbox" name="${name("drop")}" value="on">${words["rung.drop"]}<span class="hidden">: ${title}</span></label>`,
    ];
  });
  const columns: (Column | string)[] = ["after", "unit", "who", "action"].map((part) => words[`rung.${part}`]!);
  columns.push({ name: words["rung.drop"]!, isHidden: true });
  return fields(words[`ladder.${kind}`]!, columns, rows, { hint: words["rung.after?"] ?? "" });
}

function readLadder(kind: (typeof LADDER_KINDS)[number], settings: Settings, form: FormData): unknown[] {
  const ids = new Set(settings.ladders.ladders[kind].map((rung) => rung.id));
  return rowsOf(form, `l\\.${kind}`).flatMap((at) => {
    const part = (name: string) => text(form, `l.${kind}.${at}.${name}`);
    if (part("count") === "" || part("drop") === "on") return [];
    const count = Number(part("count"));
    const after = part("unit") === "days" ? { days: count } : { workMinutes: Math.round(count * HOUR) };
    return [{ id: part("id") || freshId(ids), after, who: part("who"), action: part("action") }];
  });
}

/** A rung keeps its id for ever, because it fires once per id; a new one gets the next free number. */
function freshId(taken: Set<string>): string {
  for (let n = 1; ; n++) {
    if (taken.has(`own_${n}`)) continue;
    taken.add(`own_${n}`);
    return `own_${n}`;
  }
}

// ---------------------------------------------------------------- signs

function drawSigns({ signs }: Settings, { w, language }: RowsContext): Html {
  return html`${([1, 2, 3, 4] as const).map((layer) => {
    const rows = EDITABLE_SIGNS.filter((sign) => sign.layer === layer).map((sign) => {
      const label = signName(sign.id, language);
      const unit = (w as Readonly<Record<string, string>>)[`unit.${sign.unit}`] ?? sign.unit;
      return [
        label,
        html`${input(`s.${sign.id}`, `${w.threshold}: ${label}`, signs[sign.id] ?? sign.threshold, ' type="number" min="0" step="any" size="8" required')} ${unit}`,
        html`<span class="soft">${count(sign.threshold, "", language)}</span>`,
      ];
    });
    return fields(w[`layer${layer}`], [w.sign, w.threshold, w.usual], rows, { isNamed: true });
  })}`;
}

function readSigns(form: FormData): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const sign of EDITABLE_SIGNS) {
    const value = text(form, `s.${sign.id}`);
    if (value !== "" && Number(value) !== sign.threshold) found[sign.id] = number(value);
  }
  return found;
}

// ---------------------------------------------------------------- targets

const OPS = ["<", "<=", ">", ">="] as const;

function drawTargets({ kpi }: Settings, { w, words, language }: RowsContext): Html {
  const rows = KPI_IDS.map((id) => {
    const name = KPI_WORDS[`kpi.${id}.name`]?.[language] ?? id;
    const target = kpi.targets[id];
    const part = (of: string, label: string, value: number | string) =>
      input(`k.${id}.${of}`, `${name}: ${label}`, value, ' type="number" step="any" size="8"');
    const ops = OPS.map((op) => [op, op] as const);
    return [
      name,
      pick(`k.${id}.op`, name, ops, target?.op ?? ">"),
      part("value", w.target, target?.value ?? ""),
      part("yellow", w.yellowTo, target?.yellow ?? ""),
    ];
  });
  const columns = [w.figure, words["rule.is"]!, w.target, w.yellowTo];
  return fields(w.targets, columns, rows, { hint: w.noTarget, isNamed: true });
}

/** A figure without a number has no target where it may have none; elsewhere the default comes back. */
function readTargets(form: FormData): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const id of KPI_IDS) {
    const value = text(form, `k.${id}.value`);
    const yellow = text(form, `k.${id}.yellow`);
    if (value !== "")
      found[id] = {
        op: text(form, `k.${id}.op`),
        value: number(value),
        yellow: number(yellow === "" ? value : yellow),
      };
  }
  return found;
}

// ---------------------------------------------------------------- a model that reads letters

const MODEL_PARTS = ["url", "name", "key"] as const;

function drawTextModel({ texts }: Settings, { words }: RowsContext): Html {
  const parts = MODEL_PARTS.map((part) => {
    const isSecret = part === "key" && texts.model !== null;
    const value = isSecret ? "" : (texts.model?.[part] ?? "");
    return html`<div><label for="f-tm-${part}">${words[`texts.model.${part}`]}</label><input id="f-tm-${part}" name="tm.${part}" value="${value}" autocomplete="off" maxlength="500"${isSecret ? raw(' placeholder="•••••••"') : ""}></div>`;
  });
  return html`<fieldset><legend>${words["texts.model"]}</legend><p class="soft small">${words["texts.model?"]}</p><div class="grid">${parts}</div></fieldset>`;
}

/** Without an address there is no model; an empty key keeps the one that is there. */
function readTextModel({ texts }: Settings, form: FormData): unknown {
  const [url, name, key] = MODEL_PARTS.map((part) => text(form, `tm.${part}`));
  return url === "" ? null : { url, name, key: key || texts.model?.key || "" };
}
