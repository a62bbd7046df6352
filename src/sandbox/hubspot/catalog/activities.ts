/** Tasks, notes, meetings, calls, e-mails, other messages (facts sheet 5.5 and 6). */
import { fixed, given, longText, plain, richText, type TypeCatalog } from "./seed.ts";

const WHEN = plain("datetime", "hs_timestamp", { required: true });

export const TASKS: TypeCatalog = {
  group: "task_information",
  properties: [
    ...WHEN,
    ...plain("string", "hs_task_subject"),
    ...richText("hs_task_body"),
    fixed("hs_task_status", "NOT_STARTED IN_PROGRESS WAITING COMPLETED DEFERRED"),
    fixed("hs_task_priority", "NONE LOW MEDIUM HIGH"),
    fixed("hs_task_type", "TODO CALL EMAIL LINKED_IN_CONNECT LINKED_IN_MESSAGE MEETING"),
    ...plain("string", "hs_task_reminders hs_queue_membership_ids"),
    ...given("datetime", "hs_task_completion_date"),
    ...given("bool", "hs_task_is_overdue hs_task_is_completed hs_task_is_all_day"),
  ],
};

export const NOTES: TypeCatalog = {
  group: "note",
  properties: [...WHEN, ...richText("hs_note_body"), ...plain("string", "hs_attachment_ids")],
};

export const MEETINGS: TypeCatalog = {
  group: "meeting",
  properties: [
    ...WHEN,
    ...plain("string", "hs_meeting_title hs_meeting_location hs_activity_type hs_meeting_external_url"),
    ...richText("hs_meeting_body"),
    ...longText("hs_internal_meeting_notes"),
    ...plain("datetime", "hs_meeting_start_time hs_meeting_end_time"),
    fixed("hs_meeting_outcome", "SCHEDULED COMPLETED RESCHEDULED NO_SHOW CANCELED"),
  ],
};

export const CALLS: TypeCatalog = {
  group: "call",
  properties: [
    ...WHEN,
    ...plain("string", "hs_call_title hs_call_disposition hs_call_from_number hs_call_to_number hs_activity_type"),
    ...richText("hs_call_body"),
    ...plain("number", "hs_call_duration"),
    fixed("hs_call_direction", "INBOUND OUTBOUND"),
    fixed(
      "hs_call_status",
      "BUSY CALLING_CRM_USER CANCELED COMPLETED CONNECTING FAILED IN_PROGRESS MISSED NO_ANSWER QUEUED RINGING",
    ),
  ],
};

export const EMAILS: TypeCatalog = {
  group: "email",
  properties: [
    ...WHEN,
    fixed("hs_email_direction", "EMAIL INCOMING_EMAIL FORWARDED_EMAIL"),
    fixed("hs_email_status", "SENT BOUNCED FAILED SCHEDULED SENDING"),
    ...plain("string", "hs_email_subject hs_email_headers hs_email_thread_id hs_email_message_id"),
    ...longText("hs_email_text hs_email_html"),
    ...plain("number", "hs_email_open_count hs_email_click_count hs_email_reply_count"),
    ...given("string", "hs_email_from_email hs_email_to_email"),
  ],
};

export const COMMUNICATIONS: TypeCatalog = {
  group: "communication",
  properties: [
    ...WHEN,
    fixed("hs_communication_channel_type", "SMS WHATS_APP LINKEDIN_MESSAGE CUSTOM_CHANNEL_CONVERSATION"),
    fixed("hs_communication_logged_from", "CRM"),
    ...richText("hs_communication_body"),
  ],
};
