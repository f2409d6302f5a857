import { Head } from "./page.tsx";

interface SignInProps {
  /** Where to go afterwards: a path under /ops. */
  next: string;
  wrong?: boolean;
  /** Cloudflare Access stands in front: a token is the way for when it does not. */
  access: boolean;
}

export function SignIn({ next, wrong, access }: SignInProps) {
  return (
    <html lang="en">
      <Head title="Sign in" />
      <body class="plain">
        <main id="main" class="sign-in">
          <h1>Sign in to the gateway</h1>
          {wrong && (
            <p class="notice bad" role="alert">
              This is no operator's token. Tokens stand, as digests, in the setting <code>ADMIN_TOKENS</code>.
            </p>
          )}
          {access && (
            <p>
              This console is reached through Cloudflare Access. You got here without a role: your address must be in{" "}
              <code>ACCESS_ROLES</code>.
            </p>
          )}
          <form method="post" action="/ops/sign-in">
            <input type="hidden" name="next" value={next} />
            <div class="field">
              <label for="f-token">Operator's token</label>
              <input id="f-token" name="token" type="password" autocomplete="current-password" required autofocus />
              <p class="hint">The demo prints one at its start. The session lasts twelve hours.</p>
            </div>
            <button type="submit" class="primary">
              Sign in
            </button>
          </form>
        </main>
      </body>
    </html>
  );
}
