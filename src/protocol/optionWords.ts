// Words that options of the command line name in their help: apart from the schemas they belong to, because `cas --help` loads
// no schemas.

/** `decisions`: what a person did. */
export const auditKinds = ['decisions', 'council', 'denied', 'runtime'] as const;

export const feedbackReasons = ['correct', 'useful', 'wrong', 'incomplete', 'unclear', 'tooMuch', 'slow'] as const;
