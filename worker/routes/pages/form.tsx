import type { FieldError } from "../problem.ts";
import { Page, page } from "./layout.tsx";

/**
 * Does a person's browser show this answer? A page's form navigates; a script's fetch does not, and whoever asks for JSON gets it.
 */
export function wantsPage(request: Request): boolean {
  const accept = request.headers.get("accept") ?? "";
  if (accept.includes("application/json")) return false;
  const mode = request.headers.get("sec-fetch-mode");
  return mode === null ? accept.includes("text/html") : mode === "navigate";
}

/** Shown where the form names no page of its own. It says nothing of the sale: the consumer asked for an offer, not for that. */
export function thankYouPage(headers: Record<string, string>): Response {
  return page(
    <Page title="Thank you">
      <h1>Thank you</h1>
      <p>We have received your request.</p>
    </Page>,
    200,
    headers,
  );
}

/** A problem answer as a page with the same status: what to correct, by field. */
export async function problemPage(problem: Response): Promise<Response> {
  const { errors = [] } = (await problem.json()) as { errors?: FieldError[] };
  // The state is filled in from the ZIP: a person who left that out was not asked for both.
  const shown = errors.filter(({ field }) => field !== "state" || !errors.some((other) => other.field === "zip"));
  const headers = Object.fromEntries([...problem.headers].filter(([name]) => name === "retry-after"));
  return page(
    <Page title="Please check your request">
      <h1>Your request was not sent</h1>
      <p>{shown.length > 0 ? "Please go back and correct:" : "Please go back and try again in a moment."}</p>
      <ul>
        {shown.map((error) => (
          <li>
            <strong>{error.field.replaceAll("_", " ")}</strong>{" "}
            {error.code === "required" ? "is missing" : error.message}
          </li>
        ))}
      </ul>
    </Page>,
    problem.status,
    headers,
  );
}
