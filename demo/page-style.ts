/** One column on a phone, two from 40rem; follows the reader's light or dark setting; nothing is loaded from elsewhere. */
export const STYLE = `
:root { color-scheme: light dark; --ink: #14213d; --soft: #5a6478; --line: #c5ccd8; --card: #fff; --back: #eef2f8; --go: #0b6b43; --go-ink: #fff; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #edf1f8; --soft: #a9b4c6; --line: #475269; --card: #1a2233; --back: #0f1522; --go: #46c98b; --go-ink: #06140d; }
}
* { box-sizing: border-box; }
body { margin: 0; font: 1rem/1.5 system-ui, sans-serif; color: var(--ink); background: var(--back); }
main { max-width: 46rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: clamp(1.6rem, 5vw, 2.4rem); line-height: 1.15; margin: 0 0 .5rem; }
p.lead { color: var(--soft); margin: 0 0 1.5rem; font-size: 1.1rem; }
form, .card { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; padding: 1.25rem; }
fieldset { border: 0; padding: 0; margin: 0 0 1.5rem; min-width: 0; display: grid; gap: .9rem 1rem; }
@media (min-width: 40rem) { fieldset { grid-template-columns: 1fr 1fr; } .wide { grid-column: 1 / -1; } }
legend { font-weight: 700; font-size: 1.15rem; padding: 0; margin-bottom: .75rem; }
label { display: block; font-weight: 600; margin-bottom: .25rem; }
.hint { color: var(--soft); font-size: .875rem; margin: .25rem 0 0; }
input, select { width: 100%; min-height: 2.75rem; font: inherit; color: inherit; background: transparent; border: 1px solid var(--soft); border-radius: .4rem; padding: .5rem .65rem; }
select option { color: #14213d; background: #fff; }
:focus-visible { outline: 3px solid #2f7bf0; outline-offset: 2px; }
input:user-invalid, select:user-invalid { border-color: #d0342c; box-shadow: 0 0 0 1px #d0342c; }
.consent { font-size: .875rem; color: var(--soft); margin: 0 0 1rem; }
button { width: 100%; min-height: 3.25rem; font: inherit; font-weight: 700; font-size: 1.1rem; border: 0; border-radius: .5rem; color: var(--go-ink); background: var(--go); cursor: pointer; }
button:hover { filter: brightness(1.08); }
a { color: inherit; }
`;
