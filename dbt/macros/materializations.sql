{#- A view or table in one statement. dbt's own way (build beside, rename twice, drop) costs three times as
    much for each model and exists for databases that cannot replace in one step; DuckDB can. Hooks and
    grants are not carried out here, because no model of ours has any; contracts are: a mart whose columns
    are not what its page says is not built. -#}
{% materialization view, adapter='duckdb' %}
    {{ return({'relations': [replaced('view')]}) }}
{% endmaterialization %}

{% materialization table, adapter='duckdb' %}
    {{ return({'relations': [replaced('table')]}) }}
{% endmaterialization %}

{% macro replaced(kind) %}
    {%- set before = load_cached_relation(this) -%}
    {%- if before is not none and before.type != kind -%}
        {%- do adapter.drop_relation(before) -%}
    {%- endif -%}
    {%- if config.get('contract').enforced -%}
        {{ get_assert_columns_equivalent(sql) }}
    {%- endif -%}
    {%- call statement('main', auto_begin=false) -%}
        create or replace {{ kind }} {{ this }} as (
            {{ sql }}
        )
    {%- endcall -%}
    {{ return(this.incorporate(type=kind)) }}
{% endmacro %}
