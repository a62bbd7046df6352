/** Answers of a CRM, spoiled on their way to us: what a proxy, a newer API version, a gateway or a broken server may make of them. */
import fc from "fast-check";

/** How one answer of a call is spoiled. Paths and values are chosen by number, since nobody knows the answer beforehand. */
export interface Spoil {
  /** which of the calls of an operation: 0 = the first */
  call: number;
  way: (typeof WAYS)[number];
  /** which of the values in the body */
  at: number;
}

/** Ways that leave no reply at all behind: whoever reads on regardless believes in nothing. */
export const WHOLE = ["html", "truncated", "no body", "null", "list", "text", "error at 200", "empty object"] as const;
/** Ways that change one value somewhere inside. */
const INNER = ["drop", "null inside", "wrong type", "list for object", "extra", "object for value"] as const;
export const WAYS = [...WHOLE, ...INNER, "multi-status"] as const;

export const spoils = (ways: readonly Spoil["way"][] = WAYS, calls = 4): fc.Arbitrary<Spoil> =>
  fc.record({ call: fc.nat({ max: calls - 1 }), way: fc.constantFrom(...ways), at: fc.nat() });

const HTML = "<!doctype html><html><body><h1>502 Bad Gateway</h1></body></html>";

/** The error bodies of both vendors in one. */
const ERROR = {
  status: "error",
  category: "INTERNAL",
  error: "SOMETHING",
  error_description: "went wrong",
  message: "x",
};

/** The same answer, spoiled; an answer without a body stays as it is. */
export async function spoiled(answer: Response, spoil: Spoil): Promise<Response> {
  const text = await answer.text();
  if (text === "") return new Response(null, { status: answer.status, headers: answer.headers });
  const status = spoil.way === "multi-status" ? 207 : answer.status;
  return new Response(bodyOf(text, spoil), { status, headers: answer.headers });
}

function bodyOf(text: string, { way, at }: Spoil): string {
  switch (way) {
    case "html":
      return HTML;
    case "truncated":
      return text.slice(0, at % text.length);
    case "no body":
      return "";
    case "null":
      return "null";
    case "list":
      return "[]";
    case "text":
      return '"OK"';
    case "empty object":
      return "{}";
    case "error at 200":
      return JSON.stringify(ERROR);
    case "multi-status":
      return text;
    default:
      return JSON.stringify(changed(JSON.parse(text), way, at));
  }
}

type Holder = Record<string, unknown>;

function changed(body: unknown, way: (typeof INNER)[number], at: number): unknown {
  const whole: Holder = { body };
  const places = placesIn(whole);
  const objects = places.filter(([holder, key]) => isMap(holder[key]));
  const fitting =
    way === "extra" || way === "list for object" ? objects : places.filter(([holder]) => holder !== whole);
  const place = fitting[at % fitting.length];
  if (place) change(place, way);
  return whole.body;
}

function change([holder, key]: [Holder, string], way: (typeof INNER)[number]): void {
  const value = holder[key];
  switch (way) {
    case "drop":
      if (Array.isArray(holder)) holder.splice(Number(key), 1);
      else delete holder[key];
      return;
    case "null inside":
      holder[key] = null;
      return;
    case "list for object":
      holder[key] = [];
      return;
    case "object for value":
      holder[key] = { unheard: ["of"] };
      return;
    case "extra":
      (value as Holder).unheardOf = { of: [1, null, "x"] };
      return;
    default:
      holder[key] = ofOtherType(value);
  }
}

/** Not a number for digits: that would be another id, and no listing can tell. */
function ofOtherType(value: unknown): unknown {
  if (typeof value === "string") return /^\d+$/.test(value) ? true : 7;
  return typeof value === "number" ? "seven" : "a text";
}

function isMap(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Every value in the body as the object that holds it and its key there. */
function placesIn(holder: Holder): [Holder, string][] {
  return Object.entries(holder).flatMap(([key, value]): [Holder, string][] => [
    [holder, key],
    ...(typeof value === "object" && value !== null ? placesIn(value as Holder) : []),
  ]);
}
