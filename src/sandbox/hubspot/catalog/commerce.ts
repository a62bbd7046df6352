/** Invoices, subscriptions, payments, line items, surveys, users (facts sheet 5.3, 5.6, 8). */
import { fixed, given, longText, plain, type TypeCatalog } from "./seed.ts";

const DISPUTES = "disputed_won disputed_lost disputed_action_required disputed_awaiting_decision";

export const INVOICES: TypeCatalog = {
  group: "invoiceinformation",
  properties: [
    fixed("hs_invoice_status", "draft open paid voided"),
    ...plain("datetime", "hs_due_date hs_invoice_date"),
    ...plain("number", "hs_amount_billed hs_balance_due"),
    ...plain("string", "hs_currency hs_number hs_title"),
  ],
};

export const SUBSCRIPTIONS: TypeCatalog = {
  group: "subscriptioninformation",
  properties: [
    ...plain("string", "hs_name"),
    fixed("hs_status", "active past_due canceled expired scheduled"),
    ...plain("number", "hs_last_payment_amount hs_next_payment_amount"),
    ...plain("datetime", "hs_next_payment_due_date hs_recurring_billing_start_date"),
  ],
};

export const PAYMENTS: TypeCatalog = {
  group: "paymentinformation",
  properties: [
    fixed("hs_latest_status", `processing succeeded failed partially_refunded refunded processing_refund ${DISPUTES}`),
    ...plain("number", "hs_initial_amount"),
    ...plain("datetime", "hs_initiated_date"),
    ...plain("string", "hs_customer_email hs_currency_code"),
  ],
};

export const LINE_ITEMS: TypeCatalog = {
  group: "lineiteminformation",
  properties: [
    ...plain("string", "name hs_product_id hs_sku hs_recurring_billing_period recurringbillingfrequency"),
    ...plain("number", "quantity price amount discount hs_mrr hs_arr"),
    ...longText("description"),
  ],
};

export const FEEDBACK: TypeCatalog = {
  group: "feedback_submission_information",
  properties: [
    ...plain("string", "hs_survey_name hs_survey_id hs_response_group hs_sentiment"),
    fixed("hs_survey_type", "CSAT CUSTOM KNOWLEDGE CES NPS"),
    fixed("hs_survey_channel", "EMAIL WEB"),
    ...longText("hs_content"),
    ...plain("number", "hs_value"),
    ...plain("datetime", "hs_submission_timestamp"),
  ],
};

export const USERS: TypeCatalog = {
  group: "user_information",
  properties: [
    ...plain("string", "hs_job_title hs_working_hours hs_standard_time_zone hs_family_name hs_given_name"),
    fixed("hs_availability_status", "available away"),
    ...given("number", "hs_internal_user_id"),
    ...given("string", "hs_email hs_searchable_calculated_name"),
    ...given("bool", "hs_deactivated"),
  ],
};
