/** Deals, contacts, companies, tickets (facts sheet 5.1 to 5.4). */
import { choice, fixed, given, longText, plain, type TypeCatalog } from "./seed.ts";

const LIFECYCLE = "subscriber lead marketingqualifiedlead salesqualifiedlead opportunity customer evangelist other";

/** Rolled up from the activities that are linked to a record. */
const ROLLED_UP = [
  ...given(
    "datetime",
    "notes_last_updated notes_last_contacted notes_next_activity_date hs_last_sales_activity_timestamp",
  ),
  ...given("datetime", "hs_latest_meeting_activity engagements_last_meeting_booked hs_sales_email_last_replied"),
  ...given("datetime", "hs_last_booked_meeting_date hs_last_logged_call_date hs_last_logged_outgoing_email_date"),
  ...given("datetime", "hs_last_open_task_date hs_last_sales_activity_date"),
  ...given("string", "hs_last_sales_activity_type"),
  ...given("number", "num_notes num_contacted_notes hs_number_of_overdue_tasks"),
  ...plain("string", "hs_pinned_engagement_id"),
];

export const DEALS: TypeCatalog = {
  group: "dealinformation",
  properties: [
    ...plain("string", "dealname"),
    ...plain("number", "amount hs_mrr hs_arr hs_acv hs_tcv"),
    ...plain("datetime", "closedate"),
    choice("deal_currency_code", ""),
    choice("pipeline", ""),
    choice("dealstage", ""),
    choice("dealtype", "newbusiness existingbusiness"),
    fixed("hs_priority", "low medium high"),
    ...longText("hs_next_step description closed_lost_reason closed_won_reason"),
    ...given(
      "datetime",
      "createdate hs_closed_won_date hs_latest_sales_email_reply_date hs_v2_date_entered_current_stage",
    ),
    ...given("bool", "hs_is_closed hs_is_closed_won hs_is_closed_lost hs_is_stalled"),
    ...given("number", "amount_in_home_currency hs_closed_amount hs_deal_stage_probability num_associated_contacts"),
    ...given("number", "hs_primary_associated_company num_associated_deals"),
    ...ROLLED_UP,
  ],
};

export const CONTACTS: TypeCatalog = {
  group: "contactinformation",
  properties: [
    ...plain("string", "email", { unique: true }),
    ...plain("string", "firstname lastname jobtitle company website city country state zip address salutation"),
    ...plain("string", "hs_additional_emails hs_language"),
    ...plain("phone_number", "phone mobilephone"),
    choice("lifecyclestage", LIFECYCLE),
    choice("hs_lead_status", "NEW OPEN IN_PROGRESS OPEN_DEAL UNQUALIFIED CONNECTED BAD_TIMING"),
    choice("hs_buying_role", "DECISION_MAKER BUDGET_HOLDER CHAMPION END_USER EXECUTIVE_SPONSOR OTHER", {
      fieldType: "checkbox",
    }),
    ...plain("bool", "hs_email_optout"),
    ...plain(
      "datetime",
      "hs_email_last_reply_date hs_email_last_open_date hs_email_last_click_date hs_email_last_send_date",
    ),
    ...plain("datetime", "hs_sales_email_last_opened hs_sales_email_last_clicked"),
    ...plain("number", "hs_feedback_last_nps_rating"),
    ...longText("hs_feedback_last_nps_follow_up"),
    ...plain("datetime", "hs_feedback_last_survey_date hs_feedback_last_csat_survey_date"),
    ...plain("number", "hs_feedback_last_csat_survey_rating hs_feedback_last_ces_survey_rating"),
    ...plain("string", "hs_email_hard_bounce_reason_enum"),
    ...given("datetime", "createdate lastmodifieddate"),
    ...given("number", "associatedcompanyid num_associated_deals"),
    ...given("bool", "hs_sequences_is_enrolled"),
    ...ROLLED_UP,
  ],
};

export const COMPANIES: TypeCatalog = {
  group: "companyinformation",
  properties: [
    ...plain("string", "name domain website city country state zip address timezone hs_parent_company_id"),
    ...plain("phone_number", "phone"),
    ...longText("description"),
    choice("lifecyclestage", LIFECYCLE),
    choice(
      "industry",
      "COMPUTER_SOFTWARE RETAIL CONSTRUCTION LOGISTICS HOSPITAL_HEALTH_CARE EDUCATION_MANAGEMENT BANKING",
    ),
    choice("type", "PROSPECT PARTNER RESELLER VENDOR OTHER"),
    ...plain("number", "numberofemployees annualrevenue"),
    ...plain("datetime", "closedate"),
    ...given("datetime", "createdate hs_date_entered_customer recent_deal_close_date"),
    ...given(
      "number",
      "num_associated_contacts num_associated_deals hs_num_open_deals recent_deal_amount total_revenue",
    ),
    ...given("number", "hs_total_deal_value hs_customer_success_ticket_sentiment"),
    ...given("datetime", "hs_latest_createdate_of_active_subscriptions"),
    ...ROLLED_UP,
  ],
};

const SLA = "SLA_ACTIVE SLA_OVERDUE SLA_COMPLETED_ON_TIME SLA_COMPLETED_LATE";
const MOOD = "POSITIVE NEUTRAL NEGATIVE";

export const TICKETS: TypeCatalog = {
  group: "ticketinformation",
  properties: [
    ...plain("string", "subject"),
    ...longText("content hs_resolution"),
    choice("hs_pipeline", ""),
    { ...choice("hs_pipeline_stage", ""), required: true },
    choice("hs_ticket_priority", "LOW MEDIUM HIGH URGENT"),
    choice("hs_ticket_category", "PRODUCT_ISSUE BILLING_ISSUE FEATURE_REQUEST GENERAL_INQUIRY", {
      fieldType: "checkbox",
    }),
    ...plain("string", "hs_unique_creation_key", { unique: true }),
    ...plain("datetime", "hs_last_message_received_at hs_last_message_sent_at last_reply_date"),
    fixed("hs_last_visitor_message_sentiment", MOOD),
    fixed("hs_first_visitor_message_sentiment", MOOD),
    fixed("hs_overall_visitor_messages_sentiment", MOOD),
    ...plain("number", "hs_last_visitor_message_sentiment_score hs_first_visitor_message_sentiment_score"),
    ...plain("number", "hs_overall_visitor_messages_sentiment_score hs_feedback_last_ces_rating"),
    fixed("hs_time_to_close_sla_status", SLA),
    fixed("hs_time_to_first_response_sla_status", SLA),
    fixed("hs_time_to_next_response_sla_status", SLA),
    fixed("hs_most_relevant_sla_status", SLA),
    ...given(
      "datetime",
      "createdate closed_date hs_last_closed_date hs_ticket_reopened_at hs_lastactivitydate hs_lastcontacted",
    ),
    ...given("number", "time_to_close time_to_first_agent_reply hs_primary_company_id"),
    ...given("bool", "hs_is_closed"),
    ...ROLLED_UP,
  ],
};
