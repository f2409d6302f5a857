/** Rows of a lead (`lead`: SQL of its id) by a key that begins with that id, as reservations' and attempts' do: the primary key finds them (`` ` `` follows `_`). */
export const ofLead = (key: string, lead = "?1"): string => `${key} >= ${lead} || '_' AND ${key} < ${lead} || '\`'`;
