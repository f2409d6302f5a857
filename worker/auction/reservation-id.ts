/** (lead, contract, leg, round): what money is held under, and the key that a buyer sees on every request of the round. */
export const reservationId = (lead_id: string, contract_id: string, round: number): string =>
  `${lead_id}_${contract_id}_1_${round}`;
