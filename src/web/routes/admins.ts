/** What only administrators see and do. */
import { sentencePage } from "../pages/layout.ts";
import { backTo, formOf, type Page, type Screen, strangeForm } from "../screen.ts";

/** Pages of administrators; everybody else is told so. */
export function forAdmins(page: Page): Page {
  return async (screen) =>
    screen.viewer.isAdmin ? page(screen) : screen.c.html(sentencePage(await screen.frame(), "admins-only"), 403);
}

/** Deeds of administrators: rights and the session's token. */
export function deed(work: (screen: Screen, form: Readonly<Record<string, string>>) => Promise<Response>): Page {
  return forAdmins(async (screen) => {
    const form = await formOf(screen);
    return form ? work(screen, form) : strangeForm(screen);
  });
}

/** Takes the last bulk change back, and shows the page again from which it was made. */
export function undoing(what: "undoAdoption" | "undoHandOver", page: string): Page {
  return deed(async (screen) => {
    await screen.ask(what, screen.actor);
    return backTo(screen, page, "done");
  });
}
