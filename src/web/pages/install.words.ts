import { speaker } from "../words.ts";

export const installWords = speaker({
  title: ["Tenure is being installed", "Tenure устанавливается", "Tenure встановлюється", "Tenure se instalează"],
  text: [
    "Everything is prepared. This page closes by itself in a moment; new customers get their onboarding plan as soon as their deal is won.",
    "Всё готово. Страница закроется сама через мгновение; новые клиенты получат план онбординга, как только сделка будет выиграна.",
    "Усе готово. Сторінка закриється сама за мить; нові клієнти отримають план онбордингу, щойно угоду буде виграно.",
    "Totul este pregătit. Pagina se închide singură imediat; clienții noi primesc planul de onboarding când tranzacția este câștigată.",
  ],
  failed: [
    "The CRM did not take the end of the installation. Close this page and open Tenure again.",
    "CRM не приняла завершение установки. Закройте страницу и откройте Tenure снова.",
    "CRM не прийняла завершення встановлення. Закрийте сторінку та відкрийте Tenure знову.",
    "CRM-ul nu a acceptat finalizarea instalării. Închideți pagina și deschideți din nou Tenure.",
  ],
  noScript: [
    "Finishing the installation needs JavaScript in this browser.",
    "Для завершения установки нужен JavaScript.",
    "Для завершення встановлення потрібен JavaScript.",
    "Finalizarea instalării necesită JavaScript.",
  ],
});
