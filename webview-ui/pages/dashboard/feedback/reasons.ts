import type { FeedbackReason } from '#protocol/feedback.ts';
import { t } from '#ui/text.ts';

export function reasonWord(reason: FeedbackReason): string {
  return {
    correct: t('Correct'),
    useful: t('Useful'),
    wrong: t('Wrong'),
    incomplete: t('Incomplete'),
    unclear: t('Unclear'),
    tooMuch: t('Too much'),
    slow: t('Slow'),
  }[reason];
}

export function reasonsFor(rating: 'up' | 'down'): readonly FeedbackReason[] {
  return rating === 'up' ? ['correct', 'useful'] : ['wrong', 'incomplete', 'unclear', 'tooMuch', 'slow'];
}
