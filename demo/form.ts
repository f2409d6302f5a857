import { STYLE } from "./page-style.ts";
import { CONSENT_TEXT } from "./people.ts";

const escapes: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => escapes[sign] ?? sign);

const page = (title: string, body: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
</head>
<body><main>${body}</main></body>
</html>
`;

/** One labelled control. `attributes` are ours, never a visitor's. */
function input(name: string, label: string, attributes: string, hint?: string): string {
  const described = hint ? ` aria-describedby="${name}-hint"` : "";
  const note = hint ? `<p class="hint" id="${name}-hint">${escaped(hint)}</p>` : "";
  return `<div><label for="${name}">${escaped(label)}</label><input id="${name}" name="${name}" ${attributes}${described}>${note}</div>`;
}
function select(name: string, label: string, options: [string, string][]): string {
  const list = options.map(([value, text]) => `<option value="${value}">${escaped(text)}</option>`).join("");
  return `<div><label for="${name}">${escaped(label)}</label><select id="${name}" name="${name}" required><option value="">Please choose</option>${list}</select></div>`;
}

/** The consumer's page: a plain form that posts straight to the gateway and works without scripts. */
export function formPage(action: string): string {
  const car = [
    input(
      "vehicle_year",
      "Model year",
      'inputmode="numeric" pattern="(19|20)[0-9]{2}" maxlength="4" required',
      "Four digits, like 2021",
    ),
    input("vehicle_make", "Make", 'maxlength="40" required', "Like Toyota"),
    input("vehicle_model", "Model", 'maxlength="60" required', "Like RAV4"),
    select("currently_insured", "Is the car insured now?", [
      ["true", "Yes"],
      ["false", "No"],
    ]),
  ];
  const you = [
    input("first_name", "First name", 'autocomplete="given-name" maxlength="60" required'),
    input("last_name", "Last name", 'autocomplete="family-name" maxlength="60" required'),
    input("dob", "Date of birth", 'type="date" autocomplete="bday" min="1910-01-01" max="2010-12-31" required'),
    select("credit_tier", "Your credit", [
      ["excellent", "Excellent"],
      ["good", "Good"],
      ["fair", "Fair"],
      ["poor", "Poor"],
    ]),
    `<div class="wide">${input("address", "Street address", 'autocomplete="street-address" maxlength="120" required')}</div>`,
    input(
      "zip",
      "ZIP code",
      'inputmode="numeric" autocomplete="postal-code" pattern="[0-9]{5}" maxlength="5" required',
      "Five digits. 00001 makes a test that is always sold.",
    ),
    input(
      "phone",
      "Mobile phone",
      'type="tel" autocomplete="tel" minlength="10" maxlength="20" required',
      "Like (415) 555-0123",
    ),
    `<div class="wide">${input("email", "E-mail", 'type="email" autocomplete="email" maxlength="120" required')}</div>`,
  ];
  return page(
    "Compare car insurance",
    `<h1>Compare car insurance</h1>
<p class="lead">Two minutes, one form. We ask many insurers at once and put you in touch with one of them.</p>
<form method="post" action="${escaped(action)}">
<fieldset><legend>Your car</legend>${car.join("")}</fieldset>
<fieldset><legend>You</legend>${you.join("")}</fieldset>
<input type="hidden" name="consent_text" value="${escaped(CONSENT_TEXT)}">
<p class="consent" id="consent">${escaped(CONSENT_TEXT)}</p>
<button type="submit" aria-describedby="consent">Get my quotes</button>
</form>`,
  );
}

/** Where a browser ends when the lead was not sold, or the winner has no page of its own. */
export const thankYouPage = (): string =>
  page(
    "Thank you",
    `<div class="card"><h1>Thank you</h1><p>We have your request. If an insurer has an offer for you, it will call you shortly.</p><p><a href="/">Back to the form</a></p></div>`,
  );

/** The page of the buyer that won: the gateway sends the consumer's browser there. */
export const welcomePage = (): string =>
  page(
    "Welcome to Swift Auto",
    `<div class="card"><h1>Swift Auto is preparing your offer</h1><p>This is the page of the buyer that won the auction: its answer to the post named it, and the gateway sent your browser here.</p><p><a href="/">Back to the form</a></p></div>`,
  );
