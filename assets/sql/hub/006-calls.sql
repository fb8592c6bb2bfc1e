-- 2026-11-25  Who waits for a call: found without a walk through all steps.

CREATE INDEX case_step_call ON case_step (site, case_id, at, id) WHERE step IN ('call', 'answer');
