import { PROBLEMS } from "../../../schema/api/problems.ts";
import { ANSWER_CODES } from "../../../schema/lists.ts";
import { ANSWER_TEXTS } from "../messages.ts";
import { Navigation, Page, page } from "./layout.tsx";

/** GET /docs/errors: made from the tables that the answers are made from. A problem's `type` points at its row. */
export function errorsPage(): Response {
  return page(
    <Page title="Codes">
      <Navigation />
      <h1>Codes</h1>
      <h2>Answers</h2>
      <p>
        HTTP 200 with <code>result</code>: the market's outcome, not an error. <code>code</code> says why a ping, post
        or lead was not accepted, or is not yet.
      </p>
      <table>
        <tr>
          <th>code</th>
          <th>what happened</th>
          <th>what to do</th>
        </tr>
        {ANSWER_CODES.map((code) => (
          <tr id={`answer-${code}`}>
            <td>
              <code>{code}</code>
            </td>
            <td>{ANSWER_TEXTS[code].happened}</td>
            <td>{ANSWER_TEXTS[code].action}</td>
          </tr>
        ))}
      </table>
      <h2>Problems</h2>
      <p>
        Errors of the request, as <code>application/problem+json</code> (RFC 9457). <code>errors</code>, where present,
        has one entry per field. Nothing was sold.
      </p>
      <table>
        <tr>
          <th>code</th>
          <th>status</th>
          <th>what happened</th>
          <th>what to do</th>
        </tr>
        {Object.entries(PROBLEMS).map(([code, { status, meaning, action }]) => (
          <tr id={code}>
            <td>
              <code>{code}</code>
            </td>
            <td>{status}</td>
            <td>{meaning}</td>
            <td>{action}</td>
          </tr>
        ))}
      </table>
    </Page>,
    200,
    { "cache-control": "public, max-age=300" },
  );
}
