/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The style of the status page, and its hash, by which the response's
 * Content-Security-Policy permits it and nothing else. A test says what the
 * hash is to be.
 */
#ifndef CORS_PAGE_STYLE_H
#define CORS_PAGE_STYLE_H

#define CORS_PAGE_STYLE_HASH \
    "sha256-RV8RWCfaYmV8G45xb1Ee4F9lCFnvknXMRVqQLPqLTgM="

#define CORS_PAGE_STYLE \
    ":root{color-scheme:light dark;\n"                                         \
    "--page:#f5f6f8;--card:#fff;--line:#e0e4ea;--soft:#eef1f5;\n"              \
    "--ink:#1a2230;--quiet:#566173;--link:#1f52bd;--edge:#7b8698;\n"           \
    "--ok:#17703f;--ok-soft:#e5f4eb;--ok-fill:#3aa76d;\n"                      \
    "--no:#b3261e;--no-soft:#fdecea;--no-fill:#d9483b;\n"                      \
    "--warn:#7a4f00;--warn-soft:#fdf3dc}\n"                                    \
    "@media (prefers-color-scheme:dark){:root{\n"                              \
    "--page:#11151b;--card:#191f27;--line:#2b333e;--soft:#222a34;\n"           \
    "--ink:#e7ebf1;--quiet:#a0abbb;--link:#92b6ff;--edge:#6f7b8c;\n"           \
    "--ok:#6cd39b;--ok-soft:#15301f;--ok-fill:#379e67;\n"                      \
    "--no:#ff9a8f;--no-soft:#3b1b19;--no-fill:#e0574a;\n"                      \
    "--warn:#f2c063;--warn-soft:#352a13}}\n"                                   \
    "*{box-sizing:border-box}\n"                                               \
    "body{margin:0 auto;max-width:68rem;padding:3rem 1.5rem 5rem;\n"           \
    "background:var(--page);color:var(--ink);\n"                               \
    "font:1rem/1.55 system-ui,-apple-system,\"Segoe UI\",Roboto,sans-serif}\n" \
    "h1,h2,h3,p,dl,dd,pre{margin:0}\n"                                         \
    "h1{font-size:2rem;line-height:1.2;font-weight:650;\n"                     \
    "letter-spacing:-.02em}\n"                                                 \
    "h2{font-size:1.25rem;line-height:1.3;font-weight:650;\n"                  \
    "letter-spacing:-.01em}\n"                                                 \
    "h3{font-size:.9375rem;font-weight:600}\n"                                 \
    "section{margin-top:3rem}\n"                                               \
    "section>h2,.intro{margin-bottom:1rem}\n"                                  \
    ".intro{margin-top:-.75rem}\n"                                             \
    "section>h3{margin:2rem 0 .75rem}\n"                                       \
    "a{color:var(--link);text-underline-offset:.2em;\n"                        \
    "text-decoration-thickness:1px}\n"                                         \
    "a:hover{text-decoration-thickness:2px}\n"                                 \
    ":focus-visible{outline:3px solid var(--link);outline-offset:2px;\n"       \
    "border-radius:4px}\n"                                                     \
    "code,pre,samp{font:.875em/1.5 ui-monospace,SFMono-Regular,Menlo,\n"       \
    "Consolas,\"DejaVu Sans Mono\",monospace;overflow-wrap:anywhere}\n"        \
    "pre{white-space:pre-wrap;background:var(--soft);border-radius:8px;\n"     \
    "padding:.75rem 1rem;margin:.5rem 0}\n"                                    \
    "pre b{font-weight:600;color:var(--quiet)}\n"                              \
    ".eyebrow{color:var(--quiet);font-size:.875rem;margin-bottom:.25rem;\n"    \
    "overflow-wrap:anywhere}\n"                                                \
    ".lead{font-size:1.1875rem;margin-top:.75rem}\n"                           \
    ".lead strong{color:var(--no)}\n"                                          \
    ".quiet{color:var(--quiet);font-size:.875rem;font-weight:400}\n"           \
    "header .quiet{margin-top:.25rem}\n"                                       \
    "nav{display:flex;flex-wrap:wrap;gap:.5rem 1.5rem;margin-top:1.25rem}\n"   \
    "nav a{padding:.125rem 0}\n"                                               \
    ".alert,.banner{background:var(--warn-soft);border-radius:12px;\n"         \
    "border-left:6px solid var(--warn);padding:1rem 1.25rem}\n"                \
    ".alert{margin-top:2rem;background:var(--no-soft);\n"                      \
    "border-color:var(--no)}\n"                                                \
    ".alert strong{color:var(--no)}\n"                                         \
    ".banner{padding:1.5rem;margin-top:2.5rem}\n"                              \
    "section>.banner{margin-top:0}\n"                                          \
    ".banner h2{font-size:1.75rem;color:var(--warn);margin-bottom:.25rem}\n"   \
    ".banner.ok{background:var(--ok-soft);border-color:var(--ok)}\n"           \
    ".banner.ok h2{color:var(--ok)}\n"                                         \
    ".banner.no{background:var(--no-soft);border-color:var(--no)}\n"           \
    ".banner.no h2{color:var(--no)}\n"                                         \
    ".banner.off{background:var(--soft);border-color:var(--edge)}\n"           \
    ".banner.off h2{color:var(--ink)}\n"                                       \
    ".asked{margin-top:.75rem;overflow-wrap:anywhere}\n"                       \
    ".tiles{display:grid;grid-template-columns:repeat(6,1fr);gap:1rem}\n"      \
    ".tile,table,form,.empty,.facts{background:var(--card);\n"                 \
    "border:1px solid var(--line);border-radius:12px}\n"                       \
    ".tile{grid-column:span 2;padding:1.25rem 1.5rem;min-width:0}\n"           \
    ".tile.wide{grid-column:span 3}\n"                                         \
    ".tile.wide:only-child{grid-column:span 6}\n"                              \
    ".tile h3{color:var(--quiet)}\n"                                           \
    ".tile dl{display:flex;gap:2.5rem;margin:.5rem 0 1rem}\n"                  \
    ".tile dl div{display:flex;flex-direction:column-reverse}\n"               \
    ".tile dt{color:var(--quiet);font-size:.875rem}\n"                         \
    ".tile dd,.big{font-size:2rem;line-height:1.25;font-weight:600;\n"         \
    "letter-spacing:-.02em;font-variant-numeric:tabular-nums}\n"               \
    ".tile .no dd{color:var(--no)}\n"                                          \
    ".tile .ok dd{color:var(--ok)}\n"                                          \
    ".zero,.tile .zero dd{color:var(--quiet);font-weight:400}\n"               \
    ".bar{display:block;width:100%;height:8px;border-radius:4px;\n"            \
    "overflow:hidden}\n"                                                       \
    "td .bar{width:5rem;height:6px;margin:.375rem 0 0 auto;\n"                 \
    "transform:scaleX(-1)}\n"                                                  \
    ".fill-ok{fill:var(--ok-fill)}\n"                                          \
    ".fill-no{fill:var(--no-fill)}\n"                                          \
    ".fill-none{fill:var(--line)}\n"                                           \
    ".tiles+table,.tiles+.empty{margin-top:1rem}\n"                            \
    "table{width:100%;border-spacing:0;font-size:.9375rem}\n"                  \
    "caption{text-align:left;color:var(--quiet);font-size:.875rem;\n"          \
    "padding-bottom:.5rem}\n"                                                  \
    "th,td{text-align:left;vertical-align:top;padding:.75rem .75rem}\n"        \
    "th:first-child{padding-left:1.5rem}\n"                                    \
    "td:last-child,thead th:last-child{padding-right:1.5rem}\n"                \
    "thead th{color:var(--quiet);font-size:.8125rem;font-weight:600;\n"        \
    "white-space:nowrap}\n"                                                    \
    "#sources~table thead th:first-child{width:60%}\n"                         \
    "tbody th,tbody td{border-top:1px solid var(--line)}\n"                    \
    "tbody th{font-weight:400}\n"                                              \
    "tbody th code{font-weight:600}\n"                                         \
    "tbody th .quiet{display:block;margin-top:.25rem;\n"                       \
    "overflow-wrap:anywhere}\n"                                                \
    ".number{text-align:right;font-variant-numeric:tabular-nums;\n"            \
    "white-space:nowrap}\n"                                                    \
    "td time,.name{white-space:nowrap}\n"                                      \
    ".error{background:var(--no-soft);border-left:4px solid var(--no);\n"      \
    "border-radius:6px;padding:.5rem .75rem;font-size:.875rem;\n"              \
    "overflow-wrap:anywhere}\n"                                                \
    "tbody .why td{border-top:0;padding:0 1.5rem 1rem}\n"                      \
    ".error strong{display:block;color:var(--no)}\n"                           \
    ".chip{display:inline-block;background:var(--soft);color:var(--quiet);\n"  \
    "border-radius:99px;padding:0 .625rem;font-size:.8125rem;\n"               \
    "white-space:nowrap}\n"                                                    \
    ".chip.ok{background:var(--ok-soft);color:var(--ok)}\n"                    \
    ".chip.no{background:var(--no-soft);color:var(--no);font-weight:650}\n"    \
    ".chip.warn{background:var(--warn-soft);color:var(--warn)}\n"              \
    "table+.quiet{margin-top:.75rem}\n"                                        \
    ".empty{border-style:dashed;color:var(--quiet);padding:1.5rem}\n"          \
    ".facts{padding:.5rem 1.5rem}\n"                                           \
    ".banner+.facts,.facts+.tiles{margin-top:1rem}\n"                          \
    ".facts div{display:grid;grid-template-columns:8rem 1fr;gap:1rem;\n"       \
    "padding:.75rem 0}\n"                                                      \
    ".facts div+div{border-top:1px solid var(--line)}\n"                       \
    ".facts dt{color:var(--quiet);font-size:.875rem}\n"                        \
    ".facts dd{min-width:0;overflow-wrap:anywhere}\n"                          \
    ".facts pre{margin:0 0 .5rem;font-weight:600}\n"                           \
    "form{display:grid;grid-template-columns:repeat(2,1fr);gap:1.25rem;\n"     \
    "padding:1.5rem}\n"                                                        \
    "label{display:block;font-size:.875rem;font-weight:600;\n"                 \
    "margin-bottom:.375rem}\n"                                                 \
    "input:not([type=checkbox]){width:100%;padding:.5625rem .75rem;\n"         \
    "font:.9375rem/1.4 ui-monospace,SFMono-Regular,Menlo,Consolas,\n"          \
    "\"DejaVu Sans Mono\",monospace;color:var(--ink);\n"                       \
    "background:var(--page);border:1px solid var(--edge);\n"                   \
    "border-radius:8px}\n"                                                     \
    "input::placeholder{color:var(--quiet);opacity:1;font-style:italic}\n"     \
    ".checks{display:flex;flex-direction:column;justify-content:end;\n"        \
    "gap:.375rem}\n"                                                           \
    ".check{display:flex;align-items:center;gap:.625rem}\n"                    \
    ".check label{margin:0;font-weight:400;font-size:.9375rem}\n"              \
    ".check input{width:1.125rem;height:1.125rem;margin:0;\n"                  \
    "accent-color:var(--link)}\n"                                              \
    "button{justify-self:start;padding:.625rem 1.75rem;font:inherit;\n"        \
    "font-weight:600;color:var(--page);background:var(--link);border:0;\n"     \
    "border-radius:8px;cursor:pointer}\n"                                      \
    "button:hover{filter:brightness(1.1)}\n"                                   \
    "@media (max-width:44rem){\n"                                              \
    "body{padding:1.75rem 1rem 3rem}\n"                                        \
    "h1{font-size:1.625rem}\n"                                                 \
    "section{margin-top:2.25rem}\n"                                            \
    ".tile,.tile.wide,.tile.wide:only-child{grid-column:span 6}\n"             \
    ".tile{padding:1rem 1.25rem}\n"                                            \
    "form{grid-template-columns:1fr;padding:1.25rem}\n"                        \
    ".facts{padding:.25rem 1.25rem}\n"                                         \
    ".facts div{grid-template-columns:1fr;gap:.25rem}\n"                       \
    "table,caption,tbody,tr,tbody th,tbody td{display:block}\n"                \
    "table{padding:0 1.25rem}\n"                                               \
    "caption{padding:1rem 0 0}\n"                                              \
    "thead{position:absolute;width:1px;height:1px;overflow:hidden;\n"          \
    "clip-path:inset(50%)}\n"                                                  \
    "tr{padding:1rem 0}\n"                                                     \
    "tr+tr{border-top:1px solid var(--line)}\n"                                \
    "tr.why{border:0;padding:0 0 1rem}\n"                                      \
    "tr:has(+.why){padding-bottom:.5rem}\n"                                    \
    "tbody th,tbody td,tbody th:first-child,tbody td:last-child{\n"            \
    "border:0;padding:.125rem 0}\n"                                            \
    "tbody th{padding-bottom:.5rem}\n"                                         \
    "tbody td,tbody td:last-child{display:inline-block;text-align:left;\n"     \
    "padding:.125rem 1.25rem .125rem 0}\n"                                     \
    "td::before{content:attr(data-label);color:var(--quiet);\n"                \
    "font-size:.875rem;margin-right:.5rem}\n"                                  \
    "tbody .why td{display:block;padding:0}\n"                                 \
    "td .bar{display:none}\n"                                                  \
    "}\n"

#endif
