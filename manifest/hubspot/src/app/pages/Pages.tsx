/** The app's pages inside HubSpot. Everything beyond the first page is a page of Tenure's own, opened in a frame. */
import { hubspot } from "@hubspot/ui-extensions";
import { createPageRouter, PageRoutes } from "@hubspot/ui-extensions/pages";
import { HomePage } from "./HomePage.tsx";

const PageRouter = createPageRouter(
  <PageRoutes>
    <PageRoutes.IndexRoute component={HomePage} id="home" />
  </PageRoutes>,
);

hubspot.extend<"pages">(() => <PageRouter />);
