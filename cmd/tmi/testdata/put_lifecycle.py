"""Hands life-cycle rules (standard input) to the S3 server at argv[1] and prints what it then holds.

boto3 checks them against AWS's own description of the call before it sends them.
"""
import json
import sys

import boto3

s3 = boto3.client("s3", endpoint_url=sys.argv[1])
s3.create_bucket(Bucket="lake")
s3.put_bucket_lifecycle_configuration(Bucket="lake", LifecycleConfiguration=json.load(sys.stdin))
json.dump(s3.get_bucket_lifecycle_configuration(Bucket="lake")["Rules"], sys.stdout)
