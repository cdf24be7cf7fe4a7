// axe-core over what is on the screen. The page's policy allows no foreign script, so it comes in through the debugger.
import axe from 'axe-core';

/** One line for each element that breaks a rule of WCAG 2.2 AA or of good practice. `within`: a selector. */
export async function violations(page, within = 'body') {
  await page.evaluate(axe.source);
  const results = await page.evaluate(
    (selector) =>
      window.axe.run(selector, {
        runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
        // A page in the editor is a part of its window, not a document of its own.
        rules: { 'page-has-heading-one': { enabled: false } },
      }),
    within,
  );
  return results.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} ${target.join(' ')}: ${failureSummary.split('\n').slice(1).join(' ').trim()}`),
  );
}
