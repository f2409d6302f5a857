import { Page, page } from "./layout.tsx";

/** GET /: says what this is and where to go. */
export function landingPage(): Response {
  return page(
    <Page title="Ping/post gateway">
      <h1>Ping/post gateway</h1>
      <p>Sells a lead to the buyer who bids most, and makes sure that it arrives: once, complete, provably.</p>
      <ul>
        <li>
          <a href="/docs">API documentation</a>, with samples to copy
        </li>
        <li>
          <a href="/specs">Posting specifications</a>: fields, test values and programs to run, by campaign
        </li>
        <li>
          <a href="/docs/errors">Every code</a> of an answer or a problem, and what to do about it
        </li>
        <li>
          <a href="/openapi.json">openapi.json</a>, for code generators
        </li>
        <li>
          <a href="/status">Status</a>, and <a href="/healthz">health</a> for machines
        </li>
      </ul>
    </Page>,
  );
}
