/**
 * The item at an index, counted from the end where it is negative. Not for inner loops.
 * @throws RangeError where the list has none there.
 */
export function itemAt<T>(list: ArrayLike<T>, index: number): T {
  const item = list[index < 0 ? list.length + index : index]
  if (item === undefined) throw new RangeError(`no item ${index} in a list of ${list.length}`)
  return item
}

/** The first item of a list that a condition holds for. @throws RangeError where it holds for none. */
export function itemWhere<T>(list: readonly T[], isMeant: (item: T) => boolean): T {
  const item = list.find(isMeant)
  if (item === undefined) throw new RangeError(`none of ${list.length} items is meant`)
  return item
}

/** The value of a key. @throws RangeError where the map has none. */
export function valueAt<K, V>(map: ReadonlyMap<K, V>, key: K): V {
  const value = map.get(key)
  if (value === undefined) throw new RangeError(`no value for ${String(key)}`)
  return value
}

/** The property of an object that is read by name. @throws RangeError where it has none. */
export function propertyOf<V>(object: Readonly<Record<string, V>>, name: string): V {
  const value = object[name]
  if (value === undefined) throw new RangeError(`no ${name} in ${Object.keys(object).join(', ')}`)
  return value
}
