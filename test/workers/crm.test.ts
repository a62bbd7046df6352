/** G11: both CRMs pass the same contract inside workerd. */
import "../crm/bitrix24/contract.test.ts";
import "../crm/hubspot/contract.test.ts";
