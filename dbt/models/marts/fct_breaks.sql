{% for compared in (
    'transactions_matched', 'balances_matched', 'rolls_broken', 'lots_broken', 'messages_broken'
) %}
select
    break_id,
    cause,
    recon,
    side,
    subject,
    asset,
    amount_units,
    account,
    evidence,
    severity,
    first_seen_ns,
    expires_ns,
    day
from {{ source('books', 'int_reconciliation__' ~ compared) }}
where {{ on_day() }}
{% if not loop.last %}union all{% endif %}
{% endfor %}
