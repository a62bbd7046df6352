import type { Language } from "../core/model.ts";
import { signName } from "../core/signal/sign-names.ts";
import { formatDayIn } from "../core/text/render.ts";
import { featureName } from "../core/usage/settings.ts";
import type { Suggestion } from "../views/next-actions.ts";
import { fill, speaker } from "./words.ts";

const words = speaker({
  gap: [
    "uses “{uses}”, but not “{lacks}”",
    "использует «{uses}», но не «{lacks}»",
    "використовує «{uses}», але не «{lacks}»",
    "folosește „{uses}”, dar nu „{lacks}”",
  ],
  since: ["since {day}", "с {day}", "з {day}", "din {day}"],
});

/** Why something is suggested, in one line. */
export function becauseText({ code, names, sinceDay }: Suggestion["because"], language: Language): string {
  const w = words(language);
  const [uses = "", lacks = ""] = names.map(featureName);
  if (code === "gap") return fill(w.gap, { uses, lacks });
  const list = names.map((name) => signName(name, language)).join(", ");
  return sinceDay === null ? list : `${list}, ${fill(w.since, { day: formatDayIn(sinceDay, language) })}`;
}
