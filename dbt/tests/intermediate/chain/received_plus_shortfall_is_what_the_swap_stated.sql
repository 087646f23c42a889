-- Money between the pool's word and the recipient's purse is named: whoever received less than stated
-- is short by exactly the rest, and an amount that is not known has its reason.
select *
from {{ ref('int_chain__swaps_settled') }}
where
    (shortfall_units > 0 and received_units + shortfall_units <> amount_out_units)
    or (shortfall_units = 0 and received_units < amount_out_units)
    or (amount_out_units > 0 and received_units is null and unknown_because is null)
