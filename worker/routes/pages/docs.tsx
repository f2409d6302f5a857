import { MAGIC_ZIPS } from "../../auction/test-mode.ts";
import type { Operation } from "../operation.ts";
import { Navigation, Page, page } from "./layout.tsx";
import { samples } from "./samples.ts";

const INIT = `window.addEventListener("load", () => {
  if (!window.SwaggerUIBundle) return;
  document.getElementById("plain").hidden = true;
  window.SwaggerUIBundle({ url: "/openapi.json", dom_id: "#reference", validatorUrl: null, docExpansion: "list", defaultModelsExpandDepth: 0, tryItOutEnabled: false });
});
`;

/** The viewer's start: a file of its own, because the page allows no inline script. */
export function initScript(): Response {
  return new Response(INIT, {
    headers: { "content-type": "text/javascript; charset=utf-8", "cache-control": "public, max-age=300" },
  });
}

/**
 * GET /docs: how to begin, then the reference. The viewer is a static asset of ours (scripts/assets.mjs); without it, or without
 * scripts, the plain list of calls stays.
 */
export function docsPage(operations: readonly Operation[], origin: string): Response {
  const head = (
    <>
      <link rel="stylesheet" href="/vendor/swagger-ui.css" />
      <script src="/vendor/swagger-ui-bundle.js" defer />
      <script src="/docs/init.js" defer />
    </>
  );
  return page(
    <Page title="API documentation" head={head}>
      <Navigation />
      <h1>API documentation</h1>
      <p>
        A “no” is an answer: HTTP 200 with <code>result</code> and a <code>code</code>. Errors of the request are
        problems that name the field. Both are explained at <a href="/docs/errors">Codes</a>.
      </p>
      <h2>Begin</h2>
      {samples(origin).map((sample) => (
        <section>
          <p>{sample.title}</p>
          <pre>
            <code>{sample.text}</code>
          </pre>
        </section>
      ))}
      <MagicZips />
      <h2>Reference</h2>
      <div id="plain">
        <Calls operations={operations} />
      </div>
      <div id="reference" />
    </Page>,
    200,
    { "cache-control": "public, max-age=60" },
  );
}

function MagicZips() {
  return (
    <section>
      <h2>Test every outcome</h2>
      <p>
        A lead with <code>test: true</code>, or sent with a test key, reaches no live buyer. These ZIPs force an
        outcome; with one of them a lead is a test in any case.
      </p>
      <table>
        <tr>
          <th>ZIP</th>
          <th>answer</th>
          <th>how it comes about</th>
        </tr>
        {Object.entries(MAGIC_ZIPS).map(([zip, { forces, description }]) => (
          <tr>
            <td>
              <code>{zip}</code>
            </td>
            <td>{forces}</td>
            <td>{description}</td>
          </tr>
        ))}
      </table>
    </section>
  );
}

function Calls({ operations }: { operations: readonly Operation[] }) {
  return (
    <table>
      {operations.map((operation) => (
        <tr>
          <td>
            <code>
              {operation.method.toUpperCase()} {operation.path}
            </code>
          </td>
          <td>{operation.summary}</td>
        </tr>
      ))}
    </table>
  );
}
