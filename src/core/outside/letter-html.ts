/** A letter's plain text as simple HTML: paragraphs, links, and the answers of a survey side by side. */
import { SCALES, type SurveyKind } from "./state.ts";

function safe(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

/** Links end before closing punctuation, so that a sentence may end with one. */
const LINK = /https?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]]/g;

function answers(url: string, kind: SurveyKind): string {
  const [low, high] = SCALES[kind];
  const links: string[] = [];
  for (let score = low; score <= high; score++)
    links.push(`<a href="${safe(url)}?a=${score}" style="display:inline-block;padding:6px 10px">${score}</a>`);
  return links.join(" ");
}

function withLinks(line: string, survey: { url: string; kind: SurveyKind } | null): string {
  let html = "";
  let from = 0;
  for (const match of line.matchAll(LINK)) {
    html += safe(line.slice(from, match.index));
    from = match.index + match[0].length;
    html +=
      survey && match[0] === survey.url
        ? answers(survey.url, survey.kind)
        : `<a href="${safe(match[0])}">${safe(match[0])}</a>`;
  }
  return html + safe(line.slice(from));
}

/** @param survey the link whose place the row of answers takes */
export function letterHtml(text: string, survey: { url: string; kind: SurveyKind } | null): string {
  const paragraphs = text.split(/\n{2,}/).map((part) => {
    const lines = part.split("\n").map((line) => withLinks(line, survey));
    return `<p>${lines.join("<br>\n")}</p>`;
  });
  return `<!doctype html><html><body style="font-family:sans-serif;font-size:15px;line-height:1.5">\n${paragraphs.join("\n")}\n</body></html>`;
}
