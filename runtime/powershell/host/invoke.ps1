# Runs in a script's runspace and calls it. Its scope is the script's parent, hence the names.
param($StoaJob)
$StoaParameters = $StoaJob.Parameters
$global:LASTEXITCODE = 0
try {
    if ($StoaParameters.ContainsValue($null)) { & $StoaJob.ResolveNull $StoaJob.Script $StoaParameters }
    & $StoaJob.Script @StoaParameters *>&1 | & $StoaJob.Receive
    & $StoaJob.Complete $? $LASTEXITCODE
} catch {
    & $StoaJob.Fail $_ $StoaJob.Script
}
