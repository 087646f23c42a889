{% for compared in (
    'transactions_matched', 'balances_matched', 'rolls_broken', 'lots_broken', 'messages_broken'
) %}
select
    broken.break_id,
    broken.cause,
    broken.recon,
    broken.side,
    broken.subject,
    broken.asset,
    broken.amount_units,
    broken.account,
    broken.evidence,
    broken.severity,
    broken.first_seen_ns,
    broken.expires_ns,
    broken.day,
    counted.root_ids,
    counted.is_root,
    counted.value_usd_e24
from {{ source('books', 'int_reconciliation__' ~ compared) }} as broken
left join {{ source('books', 'int_reconciliation__breaks_counted') }} as counted
    on broken.day = counted.day and broken.break_id = counted.break_id
where {{ on_day('broken.day') }}
{% if not loop.last %}union all{% endif %}
{% endfor %}
