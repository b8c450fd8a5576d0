/** Whether it takes room and is not hidden in it. */
export const isVisible = (target: Element): boolean =>
  target.getClientRects().length > 0 && getComputedStyle(target).visibility === 'visible'
