import { listOf } from "../brackets.ts";
import type { Call, Handler, Handlers } from "../call.ts";
import { RestError } from "../rest-error.ts";
import type { Params } from "../types.ts";

const ATTACH_LIMIT = 60_000;

function notify(call: Call, params: Params, type: "USER" | "SYSTEM") {
  const userId = Number(params.USER_ID);
  if (!(userId > 0)) throw new RestError(400, "USER_ID_EMPTY", "User ID can't be empty");
  if (String(params.MESSAGE ?? "") === "") throw new RestError(400, "MESSAGE_EMPTY", "Message can't be empty");
  if (params.ATTACH !== undefined && JSON.stringify(params.ATTACH).length > ATTACH_LIMIT) {
    throw new RestError(400, "ATTACH_OVERSIZE", "You have exceeded the maximum allowable size of attach");
  }
  const user = call.portal.org.users.get(userId);
  if (!user?.active) return { result: false };
  const tag = String(params.TAG ?? "");
  const { notifications } = call.portal;
  if (tag !== "") {
    const twin = notifications.findIndex((each) => each.tag === tag && each.userId === userId);
    if (twin >= 0) notifications.splice(twin, 1);
  }
  const id = call.portal.nextNoticeId();
  notifications.push({
    id,
    userId,
    message: String(params.MESSAGE),
    tag,
    subTag: String(params.SUB_TAG ?? ""),
    type,
    createdAt: call.now,
  });
  return { result: id };
}

const remove: Handler = (call, params) => {
  const { notifications } = call.portal;
  const keep = notifications.filter((each) => {
    if (params.ID !== undefined) return each.id !== Number(params.ID);
    if (params.TAG !== undefined) return each.tag !== params.TAG;
    if (params.SUB_TAG !== undefined) return each.subTag !== params.SUB_TAG;
    throw new RestError(400, "PARAMS_ERROR", "Incorrect params");
  });
  const changed = keep.length < notifications.length;
  notifications.splice(0, notifications.length, ...keep);
  return { result: changed };
};

function addMessage(call: Call, params: Params) {
  if (String(params.MESSAGE ?? "") === "" && params.ATTACH === undefined)
    throw new RestError(400, "MESSAGE_EMPTY", "Message can't be empty");
  const dialogId = String(params.DIALOG_ID);
  if (!/^(chat|sg)?\d+$/.test(dialogId)) throw new RestError(400, "DIALOG_ID_EMPTY", "Dialog ID can't be empty");
  if (/^\d+$/.test(dialogId) && !call.portal.org.users.has(Number(dialogId))) {
    throw new RestError(400, "USER_NOT_FOUND", "User not found");
  }
  const id = call.portal.chatMessages.length + 1;
  call.portal.chatMessages.push({
    id,
    dialogId,
    message: String(params.MESSAGE ?? ""),
    authorId: call.user.id,
    createdAt: call.now,
  });
  const task = /^chat(\d+)$/.exec(dialogId);
  const taskId = task ? Number(task[1]) - 10_000 : 0;
  if (taskId > 0 && call.portal.tasks.tasks.get(taskId)) call.portal.events.taskComment(taskId, id, call.actor);
  return { result: id };
}

/** Notifications and chat. Facts sheet section 11. */
export const messages: Handlers = {
  "im.notify": (call, params) => notify(call, params, params.TYPE === "SYSTEM" ? "SYSTEM" : "USER"),
  "im.notify.system.add": (call, params) => notify(call, params, "SYSTEM"),
  "im.notify.personal.add": (call, params) => notify(call, params, "USER"),
  "im.notify.delete": remove,
  "im.message.add": addMessage,
  "im.message.update": (call, params) => {
    const message = call.portal.chatMessages.find((each) => each.id === Number(params.MESSAGE_ID));
    if (!message) throw new RestError(400, "MESSAGE_ID_ERROR", "Message ID can't be empty");
    message.message = String(params.MESSAGE ?? "");
    return { result: true };
  },
  "im.dialog.messages.get": (call, params) => {
    const mine = call.portal.chatMessages.filter((each) => each.dialogId === String(params.DIALOG_ID));
    const limit = Number(params.LIMIT ?? 20);
    return {
      result: {
        chat_id: Number(String(params.DIALOG_ID).replace(/\D/g, "")),
        messages: mine.slice(-limit).map((each) => ({
          id: each.id,
          chat_id: 0,
          author_id: each.authorId,
          date: call.portal.server.iso(each.createdAt),
          text: each.message,
        })),
        users: listOf([]),
        files: [],
      },
    };
  },
};
