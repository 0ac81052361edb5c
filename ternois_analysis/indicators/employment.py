"""Jobs, activity and establishments, at the workplace or at home.

Jobs are counted where they are held, workers where they live. Unless said otherwise a result is
missing where an argument is missing or the denominator is zero.
"""

import pandas as pd

from ternois_analysis.indicators.naming import named
from ternois_analysis.methods.growth import annual_rate
from ternois_analysis.methods.ratios import as_measured, ratio


@named
def jobs(jobs: pd.Series) -> pd.Series:
    """Jobs at the workplace, salaried or not, by census."""
    return as_measured(jobs)


@named
def salaried_jobs_share_pct(salaried_jobs: pd.Series, jobs: pd.Series) -> pd.Series:
    """Share of the jobs at the workplace that are salaried, in percent, 0 to 100."""
    return ratio(salaried_jobs, jobs, per=100)


@named
def jobs_growth_pct_per_year(
    jobs: pd.Series, jobs_before: pd.Series, years: pd.Series
) -> pd.Series:
    """Mean annual rate of change of the jobs between two censuses, in percent; at least −100.

    The two share no survey year: they are five years apart or more. Missing too where there was no
    job at the start.
    """
    return 100 * annual_rate(jobs, jobs_before, years)


@named
def employment_concentration_per_100(jobs: pd.Series, employed_residents: pd.Series) -> pd.Series:
    """Jobs at the workplace for 100 employed residents of 15 or more: Insee's indicator."""
    return ratio(jobs, employed_residents, per=100)


@named
def jobs_to_employed_15_64_per_100(jobs: pd.Series, employed_15_64: pd.Series) -> pd.Series:
    """Jobs at the workplace for 100 employed residents of 15 to 64.

    A little above Insee's indicator of concentration, whose denominator has no upper age.
    """
    return ratio(jobs, employed_15_64, per=100)


@named
def activity_rate_pct(active_15_64: pd.Series, residents_15_64: pd.Series) -> pd.Series:
    """Share of the residents of 15 to 64 who work or look for work, in percent, 0 to 100."""
    return ratio(active_15_64, residents_15_64, per=100)


@named
def employment_rate_pct(employed_15_64: pd.Series, residents_15_64: pd.Series) -> pd.Series:
    """Share of the residents of 15 to 64 who have a job, in percent, 0 to 100."""
    return ratio(employed_15_64, residents_15_64, per=100)


@named
def census_unemployment_rate_pct(unemployed_15_64: pd.Series, active_15_64: pd.Series) -> pd.Series:
    """Share of the active of 15 to 64 who say that they are unemployed, in percent, 0 to 100.

    By census, and higher than the rate of the International Labour Office: the two never compare.
    """
    return ratio(unemployed_15_64, active_15_64, per=100)


@named
def self_employment_rate_pct(self_employed: pd.Series, employed_residents: pd.Series) -> pd.Series:
    """Share of the employed residents who are not salaried, in percent, 0 to 100."""
    return ratio(self_employed, employed_residents, per=100)


@named
def working_in_commune_share_pct(
    working_in_commune: pd.Series, employed_residents: pd.Series
) -> pd.Series:
    """Share of the employed residents who work in their commune of residence, in percent."""
    return ratio(working_in_commune, employed_residents, per=100)


@named
def car_commuting_share_pct(car_commuters: pd.Series, employed_residents: pd.Series) -> pd.Series:
    """Share of the employed residents who go to work by car, lorry or van, in percent."""
    return ratio(car_commuters, employed_residents, per=100)


@named
def jobs_sector_share_pct(jobs_of_sector: pd.Series, jobs_of_all_sectors: pd.Series) -> pd.Series:
    """Share of each sector in the jobs at the workplace, in percent; the sectors add up to 100."""
    return ratio(jobs_of_sector, jobs_of_all_sectors, per=100)


@named
def establishments(establishments: pd.Series) -> pd.Series:
    """Establishments active on 31 December, in the scope of Flores."""
    return as_measured(establishments)


@named
def establishments_sector_share_pct(
    establishments_of_sector: pd.Series, establishments: pd.Series
) -> pd.Series:
    """Share of each sector in the establishments, in percent; the sectors add up to 100."""
    return ratio(establishments_of_sector, establishments, per=100)


@named
def salaried_posts(posts: pd.Series) -> pd.Series:
    """Salaried posts of the establishments at the end of the year, in the scope of Flores."""
    return as_measured(posts)


@named
def posts_sector_share_pct(posts_of_sector: pd.Series, posts: pd.Series) -> pd.Series:
    """Share of each sector in the salaried posts, in percent; the sectors add up to 100."""
    return ratio(posts_of_sector, posts, per=100)


@named
def legal_units(legal_units: pd.Series) -> pd.Series:
    """Active legal units of the market, outside farming, in the scope of Side."""
    return as_measured(legal_units)


@named
def business_creations(business_creations: pd.Series) -> pd.Series:
    """Businesses created in the year, sole traders under the simple regime included."""
    return as_measured(business_creations)


@named
def business_creation_rate_pct(business_creations: pd.Series, legal_units: pd.Series) -> pd.Series:
    """Businesses created in the year for 100 legal units; may exceed 100."""
    return ratio(business_creations, legal_units, per=100)


@named
def jobseekers_abc(jobseekers_abc: pd.Series) -> pd.Series:
    """Job-seekers of categories A, B and C on the books of France Travail, rounded."""
    return as_measured(jobseekers_abc)
