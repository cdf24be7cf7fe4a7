// A model that may be asked, and why.

export interface Candidate {
  readonly provider: string;
  readonly model: string;
  readonly reason: string;
}
