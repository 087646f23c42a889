select
    seq,
    record_id,
    kind,
    version,
    correlation_id,
    causation_id,
    venue_ns,
    observed_ns,
    recorded_ns,
    payload,
    hash,
    day
from {{ source('journal', 'raw_journal__facts') }}
where {{ within_days() }}
qualify row_number() over (partition by seq order by day) = 1
