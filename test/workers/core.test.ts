/** The same sentences about dates, zones and plans hold inside workerd: its own Intl, its own Date. */
import "../core/calendar/calendar.test.ts";
import "../core/calendar/work-time.test.ts";
import "../core/calendar/zone.test.ts";
import "../core/plan/advance.test.ts";
import "../core/plan/properties.test.ts";
import "../core/plan/start.test.ts";
import "../crm/hubspot/signature.test.ts";
