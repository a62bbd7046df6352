/** Small pages that people meet outside the CRM: installed, refused, gone. Escaped by construction (hono/html). */
import { html } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";
import { LANGUAGES, type Language } from "../../core/model.ts";

type Words = Readonly<Record<Language, readonly [title: string, text: string]>>;

const PAGES: Readonly<Record<string, Words>> = {
  installed: {
    en: [
      "Tenure is installed",
      "You can close this window. New customers get their onboarding plan as soon as their deal is won; nothing is created for deals won before today.",
    ],
    ru: [
      "Tenure установлен",
      "Это окно можно закрыть. Новые клиенты получат план онбординга, как только сделка будет выиграна; для прежних сделок ничего не создаётся.",
    ],
    uk: [
      "Tenure встановлено",
      "Це вікно можна закрити. Нові клієнти отримають план онбордингу, щойно угоду буде виграно; для попередніх угод нічого не створюється.",
    ],
    ro: [
      "Tenure este instalat",
      "Puteți închide această fereastră. Clienții noi primesc planul de onboarding imediat ce tranzacția este câștigată; pentru cele anterioare nu se creează nimic.",
    ],
  },
  running: {
    en: [
      "Tenure is running",
      "There is nothing to do here: people work in their CRM. Open Tenure there, on a deal, a company, a contact or in the app's own page.",
    ],
    ru: [
      "Tenure работает",
      "Здесь делать нечего: люди работают в своей CRM. Откройте Tenure там — в сделке, компании, контакте или на странице приложения.",
    ],
    uk: [
      "Tenure працює",
      "Тут робити нічого: люди працюють у своїй CRM. Відкрийте Tenure там — в угоді, компанії, контакті чи на сторінці застосунку.",
    ],
    ro: [
      "Tenure funcționează",
      "Aici nu este nimic de făcut: oamenii lucrează în CRM. Deschideți Tenure acolo, pe o tranzacție, companie, contact sau în pagina aplicației.",
    ],
  },
  "refused-denied": {
    en: [
      "Not installed",
      "The CRM reports that the installation was declined or may not be done by this user. Ask a super admin to install Tenure.",
    ],
    ru: [
      "Не установлено",
      "CRM сообщает, что установка отклонена или недоступна этому пользователю. Попросите администратора установить Tenure.",
    ],
    uk: [
      "Не встановлено",
      "CRM повідомляє, що встановлення відхилено або недоступне цьому користувачеві. Попросіть адміністратора встановити Tenure.",
    ],
    ro: [
      "Neinstalat",
      "CRM-ul raportează că instalarea a fost refuzată sau nu este permisă acestui utilizator. Rugați un administrator să instaleze Tenure.",
    ],
  },
  "open-in-crm": {
    en: [
      "Open Tenure in your CRM",
      "This address works inside Bitrix24: install Tenure from the Market, then open it from the menu or from a deal.",
    ],
    ru: [
      "Откройте Tenure в CRM",
      "Этот адрес работает внутри Битрикс24: установите Tenure из Маркета и откройте его из меню или из сделки.",
    ],
    uk: [
      "Відкрийте Tenure у CRM",
      "Ця адреса працює всередині Бітрікс24: встановіть Tenure з Маркету та відкрийте його з меню або з угоди.",
    ],
    ro: [
      "Deschideți Tenure în CRM",
      "Această adresă funcționează în Bitrix24: instalați Tenure din Market, apoi deschideți-l din meniu sau dintr-o tranzacție.",
    ],
  },
  "is-yours": {
    en: [
      "Is this your Bitrix24?",
      "Tenure is allowed into it at the address below. Open it only if it is the Bitrix24 of your company.",
    ],
    ru: [
      "Это ваш Битрикс24?",
      "Доступ для Tenure даётся по адресу ниже. Откройте его, только если это Битрикс24 вашей компании.",
    ],
    uk: [
      "Це ваш Бітрікс24?",
      "Доступ для Tenure надається за адресою нижче. Відкрийте її, лише якщо це Бітрікс24 вашої компанії.",
    ],
    ro: [
      "Acesta este Bitrix24-ul dumneavoastră?",
      "Accesul pentru Tenure se acordă la adresa de mai jos. Deschideți-o numai dacă este Bitrix24-ul companiei dumneavoastră.",
    ],
  },
  "refused-state-missing": again([
    "The way back from the CRM carried no proof that this browser began the installation.",
    "При возврате из CRM не пришло подтверждение, что установку начал этот браузер.",
    "Під час повернення з CRM не надійшло підтвердження, що встановлення почав цей браузер.",
    "La întoarcerea din CRM a lipsit dovada că acest browser a început instalarea.",
  ]),
  "refused-state-other-browser": again([
    "This installation was begun in another browser.",
    "Эта установка начата в другом браузере.",
    "Це встановлення розпочато в іншому браузері.",
    "Această instalare a fost începută în alt browser.",
  ]),
  "refused-state-used-or-expired": again([
    "This installation link was used already or is older than 15 minutes.",
    "Эта ссылка установки уже использована или старше 15 минут.",
    "Це посилання встановлення вже використано або воно старше за 15 хвилин.",
    "Acest link de instalare a fost deja folosit sau este mai vechi de 15 minute.",
  ]),
  "refused-used-code": again([
    "The CRM's one-time code was used already or has expired.",
    "Одноразовый код CRM уже использован или истёк.",
    "Одноразовий код CRM уже використано або він сплив.",
    "Codul de unică folosință al CRM-ului a fost deja folosit sau a expirat.",
  ]),
  "refused-no-code": again([
    "The CRM sent no code.",
    "CRM не прислала код.",
    "CRM не надіслала код.",
    "CRM-ul nu a trimis niciun cod.",
  ]),
  "refused-return-url": again([
    "The address to return to is not one of the CRM's.",
    "Адрес возврата не принадлежит CRM.",
    "Адреса повернення не належить CRM.",
    "Adresa de întoarcere nu aparține CRM-ului.",
  ]),
  "refused-crm-away": {
    en: ["Please try again", "The CRM does not answer at the moment. Nothing is lost; try again in a few minutes."],
    ru: ["Попробуйте ещё раз", "CRM сейчас не отвечает. Ничего не потеряно; попробуйте через несколько минут."],
    uk: ["Спробуйте ще раз", "CRM зараз не відповідає. Нічого не втрачено; спробуйте за кілька хвилин."],
    ro: ["Încercați din nou", "CRM-ul nu răspunde acum. Nu s-a pierdut nimic; încercați peste câteva minute."],
  },
  "refused-our-configuration": {
    en: [
      "Not installed",
      "Tenure's own registration with the CRM is not right. This is not your fault; whoever runs this connector finds the details in its log.",
    ],
    ru: [
      "Не установлено",
      "Регистрация Tenure в CRM настроена неверно. Это не ваша ошибка; подробности — в журнале коннектора.",
    ],
    uk: [
      "Не встановлено",
      "Реєстрацію Tenure в CRM налаштовано неправильно. Це не ваша помилка; подробиці — в журналі конектора.",
    ],
    ro: [
      "Neinstalat",
      "Înregistrarea Tenure în CRM nu este corectă. Nu este vina dumneavoastră; detaliile sunt în jurnalul conectorului.",
    ],
  },
};

/** @param why in the order of `LANGUAGES` */
function again([en, ru, uk, ro]: readonly [en: string, ru: string, uk: string, ro: string]): Words {
  return {
    en: ["Please start again", `${en} Begin the installation once more.`],
    ru: ["Начните заново", `${ru} Начните установку ещё раз.`],
    uk: ["Почніть знову", `${uk} Почніть встановлення ще раз.`],
    ro: ["Începeți din nou", `${ro} Reluați instalarea.`],
  };
}

/** The language a browser prefers, among ours. */
export function languageOf(acceptLanguage: string | undefined): Language {
  for (const part of (acceptLanguage ?? "").split(",")) {
    const code = part.trim().slice(0, 2).toLowerCase();
    const found = LANGUAGES.find((language) => language === code);
    if (found) return found;
  }
  return "en";
}

/** A page by name, in the browser's language. @param to an address to go on to, of which the host is shown */
export function page(
  name: string,
  acceptLanguage: string | undefined,
  to?: string,
): HtmlEscapedString | Promise<HtmlEscapedString> {
  const language = languageOf(acceptLanguage);
  const [title, text] = (PAGES[name] ?? PAGES["refused-no-code"]!)[language];
  const link = to === undefined ? "" : html`<p><a href="${to}" rel="noreferrer">${new URL(to).host}</a></p>`;
  return html`<!doctype html>
<html lang="${language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title} – Tenure</title>
<style>body{font:1.1rem/1.6 system-ui,sans-serif;max-width:36rem;margin:15vh auto;padding:0 1.5rem;color-scheme:light dark}h1{font-size:1.6rem}</style></head>
<body><main><h1>${title}</h1><p>${text}</p>${link}</main></body></html>`;
}
