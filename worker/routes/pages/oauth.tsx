import { Page, page } from "./layout.tsx";

/** What whoever consented for an endpoint sees afterwards. */
export const oauthPage = (status: number, title: string, text: string): Response =>
  page(
    <Page title={title}>
      <h1>{title}</h1>
      <p>{text}</p>
    </Page>,
    status,
    { "cache-control": "no-store", "referrer-policy": "no-referrer" },
  );
