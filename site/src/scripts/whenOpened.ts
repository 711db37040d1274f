/**
 * Shows an element when the details around it are first opened, and says on it how far that is: `data-live` is `loading`, then
 * `ready`.
 */
export function whenOpened(element: HTMLElement, show: () => Promise<void>): void {
  const details = element.closest('details')
  details?.addEventListener('toggle', () => {
    if (!details.open || element.dataset['live'] !== undefined) return
    element.dataset['live'] = 'loading'
    void show().then(() => {
      element.dataset['live'] = 'ready'
    })
  })
}
